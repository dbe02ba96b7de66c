#!/bin/bash
# Makes the binaries of a single-node Kubernetes in the directory given as $1, from Debian packages only. As root.
#
# Debian 12 is the last release whose source package holds the whole of Kubernetes (1.20.2); later ones hold kubectl only.
# Everything is kept in $1: a second call finds the stamp and does nothing. The first takes about five minutes on two cores.
set -euo pipefail

cache=${1:?usage: build-kubernetes.sh DIRECTORY}
readonly cache
readonly version=1.20.2
readonly programs=(kube-apiserver kube-controller-manager kube-scheduler kubelet)
readonly tools=(golang-1.19-go etcd-server containernetworking-plugins rsync make gcc libc6-dev containerd runc iptables)
readonly source_directory=$cache/kubernetes-$version
readonly stamp=$cache/built-$version

say() { printf '%s\n' "$*"; }
fail() { printf 'cluster: %s\n' "$*" >&2; exit 1; }

install_tools() {
  local missing=() tool
  for tool in "${tools[@]}"; do
    dpkg-query -W -f='${db:Status-Status}\n' "$tool" 2>/dev/null | grep -qx installed || missing+=("$tool")
  done
  [ ${#missing[@]} -eq 0 ] && return
  say "installing ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  local install=(apt-get -q -y -o DPkg::Lock::Timeout=300 install --no-install-recommends "${missing[@]}")
  "${install[@]}" >"$cache/apt.log" 2>&1 && return
  apt-get -q -o DPkg::Lock::Timeout=300 update >>"$cache/apt.log" 2>&1 || true
  "${install[@]}" >>"$cache/apt.log" 2>&1 || fail "apt-get cannot install ${missing[*]} (see $cache/apt.log)"
}

# The machine's own lists are left as they are: they seldom name sources.
fetch_source() {
  [ -f "$source_directory/go.mod" ] && return
  say "fetching Debian's source of Kubernetes $version"
  mkdir -p "$cache/apt/lists/partial" "$cache/apt/download"
  local archive
  # shellcheck disable=SC2016
  archive=$(apt-get indextargets --format '$(CODENAME) $(COMPONENT) $(REPO_URI)' 'Created-By: Packages' |
    awk '$1 == "bookworm" && $2 == "main" && !found++ { print $3 }')
  [ -n "$archive" ] || fail "none of this machine's package sources is that of Debian 12 (bookworm)"
  printf 'deb-src [signed-by=%s] %s bookworm main\n' \
    /usr/share/keyrings/debian-archive-keyring.gpg "$archive" >"$cache/apt/sources.list"
  local own=(-q -o "Dir::Etc::sourcelist=$cache/apt/sources.list" -o Dir::Etc::sourceparts=-
    -o "Dir::State::lists=$cache/apt/lists" -o APT::Sandbox::User=root)
  (
    cd "$cache/apt/download"
    apt-get "${own[@]}" update && apt-get "${own[@]}" source --download-only kubernetes
  ) >"$cache/source.log" 2>&1 || fail "the source package cannot be fetched (see $cache/source.log)"
  local unpacked=$source_directory.part
  rm -rf "$unpacked"
  mkdir -p "$unpacked"
  tar -xzf "$cache"/apt/download/kubernetes_*"$version".orig.tar.gz -C "$unpacked" --strip-components=1
  mv "$unpacked" "$source_directory"
}

# The build asks git for its version unless it is told; a package that is not a checkout has to tell it.
compile() {
  say "compiling ${programs[*]} (about five minutes)"
  cd "$source_directory"
  mkdir -p .go/src/k8s.io "$cache/home"
  ln -sfn ../../.. .go/src/k8s.io/kubernetes
  printf '%s\n' "KUBE_GIT_COMMIT='faecb196815e248d3ecfb03c680a4507229c2a56'" "KUBE_GIT_TREE_STATE='clean'" \
    "KUBE_GIT_VERSION='v$version'" "KUBE_GIT_MAJOR='1'" "KUBE_GIT_MINOR='20'" >"$cache/version.sh"
  local what=("${programs[@]/#/cmd/}")
  env -i HOME="$cache/home" PATH="/usr/lib/go-1.19/bin:/usr/bin:/bin:/usr/sbin:/sbin" GOPATH="$PWD/.go" \
    GOCACHE="$cache/gocache" GOFLAGS=-mod=vendor GOPROXY=off GO111MODULE= CGO_ENABLED=0 \
    KUBE_GIT_VERSION_FILE="$cache/version.sh" \
    nice -n 15 make WHAT="${what[*]}" >"$cache/build.log" 2>&1 ||
    { rm -rf _output .make; fail "the build failed (see $cache/build.log)"; }
  mkdir -p "$cache/bin"
  local program
  for program in "${programs[@]}"; do install -m 0755 "_output/bin/$program" "$cache/bin/$program"; done
  gcc -Os -static -s build/pause/linux/pause.c -DVERSION=dev -o "$cache/bin/pause"
  touch "$stamp"
  cd "$cache"
  rm -rf "$cache/gocache" "$cache/home" "$cache/apt" "$source_directory"
}

[ "$(id -u)" = 0 ] || fail 'only root can install packages and run a kubelet'
mkdir -p "$cache"
exec 9>"$cache/lock"
flock 9
install_tools
[ -f "$stamp" ] || { fetch_source && compile; }
say "Kubernetes $version is in $cache/bin"
