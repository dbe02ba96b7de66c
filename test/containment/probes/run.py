# Reads checks from stdin as JSON, tries each in a child of its own, prints one line of JSON per check: whether it
# reached what it must not reach, and what was said. The other files of this folder come before this one.
import json, os, select, signal, sys, time

CHECK_SECONDS = 12


def attempt(check):
    name, *arguments = check["probe"]
    try:
        reached, said = PROBES[name](*arguments)
    except OSError as error:
        reached, said = False, f"{type(error).__name__} {error.errno} {error.strerror}"
    except (MemoryError, ValueError) as error:
        reached, said = False, f"{type(error).__name__} {error}"
    return {"id": check["id"], "reached": bool(reached), "said": str(said)[:200]}


def apart(check):
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        os.setpgid(0, 0)
        os.close(ours)
        try:
            line = json.dumps(attempt(check))
        except BaseException as error:
            line = json.dumps({"id": check["id"], "broken": f"{type(error).__name__} {error}"})
        os.write(theirs, line.encode())
        os._exit(0)
    os.close(theirs)
    text, deadline = b"", time.monotonic() + check.get("seconds", CHECK_SECONDS)
    while True:
        ready, _, _ = select.select([ours], [], [], max(0, deadline - time.monotonic()))
        part = os.read(ours, 65536) if ready else b""
        text += part
        if not part:
            break
    os.close(ours)
    for target in (-child, child):
        try:
            (os.killpg if target < 0 else os.kill)(child, signal.SIGKILL)
        except OSError:
            pass
    _, status = os.waitpid(child, 0)
    if text:
        return text.decode()
    how = f"signal {os.WTERMSIG(status)}" if os.WIFSIGNALED(status) else f"exit {os.WEXITSTATUS(status)}"
    return json.dumps({"id": check["id"], "reached": False, "said": f"ended by {how}"})


for check in json.load(sys.stdin):
    print(apart(check), flush=True)
