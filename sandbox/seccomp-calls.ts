/**
 * System calls a workspace may make, by purpose. It is an allow-list for 64-bit x86 and Arm: what is not here is refused,
 * new calls of later kernels included. Starting point was the default profile of the Docker engine
 * (moby `profiles/seccomp/default.json`); left out on top of what that refuses are io_uring, ptrace and every other reach
 * into a neighbour process, keys, NUMA policy, `modify_ldt`, `name_to_handle_at`, the clock adjusters and all 32-bit calls.
 * Names an engine does not know are skipped by it.
 */
export const ALLOWED_CALLS: Readonly<Record<string, string>> = {
  descriptors: `open openat openat2 creat close close_range dup dup2 dup3 fcntl flock ioctl pipe pipe2 read write pread64
    pwrite64 readv writev preadv pwritev preadv2 pwritev2 lseek sendfile splice tee vmsplice copy_file_range readahead
    fadvise64 cachestat`,
  files: `stat lstat fstat newfstatat statx statfs fstatfs access faccessat faccessat2 readlink readlinkat getdents
    getdents64 getcwd chdir fchdir mkdir mkdirat rmdir unlink unlinkat rename renameat renameat2 link linkat symlink
    symlinkat mknod mknodat chmod fchmod fchmodat fchmodat2 chown lchown fchown fchownat umask utime utimes utimensat
    futimesat truncate ftruncate fallocate sync syncfs fsync fdatasync sync_file_range inotify_init inotify_init1
    inotify_add_watch inotify_rm_watch`,
  attributes: `getxattr lgetxattr fgetxattr listxattr llistxattr flistxattr setxattr lsetxattr fsetxattr removexattr
    lremovexattr fremovexattr`,
  memory: `brk mmap munmap mremap mprotect madvise mincore msync mlock mlock2 munlock mlockall munlockall membarrier
    memfd_create remap_file_pages pkey_alloc pkey_free pkey_mprotect map_shadow_stack mseal`,
  processes: `fork vfork execve execveat exit exit_group wait4 waitid kill tkill tgkill pidfd_open pidfd_send_signal getpid
    getppid gettid getpgid getpgrp setpgid getsid setsid prctl arch_prctl set_tid_address set_robust_list get_robust_list
    rseq restart_syscall`,
  identity: `getuid geteuid getgid getegid getresuid getresgid getgroups setuid setgid setreuid setregid setresuid setresgid
    setfsuid setfsgid setgroups capget capset`,
  bounds: `getrlimit setrlimit prlimit64 getrusage times getpriority setpriority ioprio_get ioprio_set sched_yield
    sched_getaffinity sched_setaffinity sched_getattr sched_setattr sched_getparam sched_setparam sched_getscheduler
    sched_setscheduler sched_get_priority_max sched_get_priority_min sched_rr_get_interval getcpu sysinfo uname`,
  ownSandboxes: `seccomp landlock_create_ruleset landlock_add_rule landlock_restrict_self`,
  signals: `rt_sigaction rt_sigprocmask rt_sigpending rt_sigsuspend rt_sigtimedwait rt_sigqueueinfo rt_tgsigqueueinfo
    rt_sigreturn sigaltstack signalfd signalfd4 pause alarm getitimer setitimer`,
  time: `time gettimeofday clock_gettime clock_getres clock_nanosleep nanosleep timer_create timer_settime timer_gettime
    timer_getoverrun timer_delete timerfd_create timerfd_settime timerfd_gettime getrandom`,
  waiting: `select pselect6 poll ppoll epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait epoll_pwait2 eventfd
    eventfd2 futex futex_waitv futex_wait futex_wake futex_requeue io_setup io_destroy io_submit io_cancel io_getevents
    io_pgetevents`,
  sockets: `bind connect listen accept accept4 shutdown getsockname getpeername getsockopt setsockopt sendto recvfrom sendmsg
    recvmsg sendmmsg recvmmsg`,
  neighbours: `shmget shmat shmdt shmctl semget semop semtimedop semctl msgget msgsnd msgrcv msgctl mq_open mq_unlink
    mq_timedsend mq_timedreceive mq_notify mq_getsetattr`,
};
