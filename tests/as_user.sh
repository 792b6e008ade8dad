#!/bin/sh
# Runs a command as a user, in a view of the machine where that user can read some folders.
#
#   unshare --mount sh as_user.sh USER FOLDER... -- COMMAND...
#
# A folder in a closed place (root's home holds the interpreter of many machines) is shown where it is, with
# everything else of that place left out. The view is the mount namespace's own and ends with the command.
set -eu
user=$1
shift
mount --make-rprivate /
view=$(mktemp -d)
mount -t tmpfs tmpfs "$view"
number=0
while [ "$1" != "--" ]; do
    if ! setpriv --reuid "$user" --regid "$user" --clear-groups test -x "$1"; then
        number=$((number + 1))
        mkdir "$view/$number"
        mount --bind "$1" "$view/$number"
        closed=$(dirname "$1")
        while setpriv --reuid "$user" --regid "$user" --clear-groups test ! -x "$(dirname "$closed")"; do
            closed=$(dirname "$closed")
        done
        mount -t tmpfs -o mode=755 tmpfs "$closed"
        mkdir -p "$1"
        mount --bind "$view/$number" "$1"
    fi
    shift
done
shift
exec setpriv --reuid "$user" --regid "$user" --clear-groups --no-new-privs "$@"
