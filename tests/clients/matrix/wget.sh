#!/bin/sh
# wget: one body for all URLs of a process, so that the GET is a process of its own.
printf 'version\twget %s\n' "$(wget --version | sed -n '1s/^GNU Wget \([^ ]*\).*/\1/p')"
call() {
    # An answer ends without a line break: one file for each, put in order.
    (cd "$folder" && wget -q --header='Accept-Language:' --header='x-access-token:' "$@")
}
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
call -O- --header='Content-Type: application/json' --post-data="$BODY" "$1" "$1" | sed 's/}{/}\n{/' > "$folder/orders"
call -O "$folder/detail" "$2"
for answers in orders detail; do
    sed 's/^/answer\t/' "$folder/$answers" && echo
done
