module example.com/linksfieldsandbox

go 1.19
