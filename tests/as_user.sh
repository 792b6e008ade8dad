#!/bin/sh
# Runs a command as a user, in a mount namespace in which that user can read the folders named.
#
#   unshare --mount sh as_user.sh USER FOLDER... -- COMMAND...
#
# If a folder is in another one that the user may not enter (on many machines, the interpreter is in root's
# home), it is mounted where it is, and everything else in the other one is hidden.
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
