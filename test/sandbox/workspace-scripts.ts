/** One of each: committed, staged and loose; new, changed, deleted, renamed, binary, mode, symlink, type, unicode, CRLF. */
export const EVERY_KIND_OF_CHANGE = `set -e
echo committed >>src/changed.txt
mkdir -p deep/er
printf 'no newline at end' >deep/er/new.txt
git add -A
git commit -q -m 'work in progress'
git rm -q src/deleted.txt
git mv src/renamed.txt src/moved.txt
echo 'one more line' >>src/moved.txt
echo after >src/staged.txt
git add src/staged.txt
echo 'after staging' >>src/staged.txt
head -c 3000 /dev/urandom >image.bin
head -c 3000 /dev/urandom >new.bin
chmod +x run.sh
printf 'crlf\\r\\nchanged\\r\\n' >windows.txt
printf 'new\\r\\n' >new-windows.txt
ln -sfn /etc/passwd link
ln -s nowhere 'new link'
echo changed >'ünï çödé/файл.txt'
echo new >'новый "quoted"	tab.txt'
: >empty.txt
mkdir -p ignored
echo x >ignored/file
echo x >debug.log`;

/** What it comes to, as git prints it: old mode, new mode, kind, path. */
export const KINDS_OF_CHANGE = [
  '000000 100644 A deep/er/new.txt',
  '000000 100644 A empty.txt',
  '100644 100644 M image.bin',
  '120000 120000 M link',
  '000000 120000 A new link',
  '000000 100644 A new-windows.txt',
  '000000 100644 A new.bin',
  '100644 100755 M run.sh',
  '100644 100644 M src/changed.txt',
  '100644 000000 D src/deleted.txt',
  '100644 100644 R src/renamed.txt\tsrc/moved.txt',
  '100644 100644 M src/staged.txt',
  '100644 100644 M windows.txt',
  '100644 100644 M ünï çödé/файл.txt',
  '000000 100644 A "новый \\"quoted\\"\\ttab.txt"',
];

/** Where a trap leaves its name. */
export const TRAP_MARK = '/tmp/trapped';

/** Every way in which a repository's or a user's configuration makes git run a program on add and diff. */
export const HOSTILE_CONFIGURATION = `set -e
for trap in clean process textconv external monitor hook; do
  printf '#!/bin/sh\\necho %s >>${TRAP_MARK}\\nexec cat\\n' $trap >/tmp/$trap
  chmod +x /tmp/$trap
done
mkdir -p .git/hooks .git/info
for hook in post-index-change pre-commit post-checkout reference-transaction; do cp /tmp/hook .git/hooks/$hook; done
for scope in --local --global; do
  git config $scope filter.evil.clean /tmp/clean
  git config $scope filter.evil.required true
  git config $scope diff.evil.textconv /tmp/textconv
  git config $scope diff.evil.command /tmp/external
  git config $scope diff.external /tmp/external
  git config $scope core.fsmonitor /tmp/monitor
  git config $scope core.hooksPath /workspace/.git/hooks
  git config $scope core.attributesFile /tmp/attributes
  git config $scope core.excludesFile /tmp/excludes
  git config $scope diff.noprefix true
  git config $scope color.ui always
done
echo '* filter=evil diff=evil' >/tmp/attributes
echo '* filter=evil diff=evil' >.git/info/attributes
echo '*.txt filter=evil diff=evil' >.gitattributes
echo '*' >/tmp/excludes`;
