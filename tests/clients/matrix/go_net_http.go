// Go's net/http with its default client.
package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime"
	"strings"
)

func answer(method, url, body string) {
	request, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		panic(err)
	}
	request.Header.Set("Accept-Language", "")
	request.Header.Set("x-access-token", "")
	if method == "POST" {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		panic(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		panic(err)
	}
	fmt.Printf("answer\t%s\n", text)
}

func main() {
	fmt.Printf("version\tGo %s\n", strings.TrimPrefix(runtime.Version(), "go"))
	for count := 0; count < 2; count++ {
		answer("POST", os.Args[1], os.Getenv("BODY"))
	}
	answer("GET", os.Args[2], "")
}
