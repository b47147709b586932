from linksfield_sandbox import *
