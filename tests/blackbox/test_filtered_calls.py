"""The program works around system calls that the kernel lacks or a container's filter blocks."""

import ctypes
import errno
import os
import platform
import struct
import unittest

from harness import ThreeSources

# From the kernel's tables. faccessat2 is what glibc's realpath() calls; landlock is
# landlock_create_ruleset.
NUMBERS = {
    "x86_64": {"syncfs": 306, "faccessat2": 439, "landlock": 444, "seccomp": 317},
    "aarch64": {"syncfs": 267, "faccessat2": 439, "landlock": 444, "seccomp": 277},
}.get(platform.machine())

PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
LOAD, EQUAL, ANSWER = 0x20, 0x15, 0x06
ALLOW, FAIL = 0x7FFF0000, 0x00050000
LIBC = ctypes.CDLL(None, use_errno=True)


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]


def refuse(number, error):
    """Makes a system call fail in this process and its children from now on."""
    steps = [(LOAD, 0, 0, 0), (EQUAL, 0, 1, number), (ANSWER, 0, 0, FAIL | error), (ANSWER, 0, 0, ALLOW)]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    program = _Program(len(steps), ctypes.cast(code, ctypes.c_void_p).value)
    zero = ctypes.c_ulong(0)
    if LIBC.prctl(PR_SET_NO_NEW_PRIVS, ctypes.c_ulong(1), zero, zero, zero) != 0:
        raise OSError(ctypes.get_errno(), "no_new_privs")
    if LIBC.prctl(PR_SET_SECCOMP, ctypes.c_ulong(SECCOMP_MODE_FILTER), ctypes.byref(program), zero, zero) != 0:
        raise OSError(ctypes.get_errno(), "seccomp")


def filters_work():
    child = os.fork()
    if child == 0:
        try:
            refuse(NUMBERS["syncfs"], errno.ENOSYS)
        except OSError:
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0


@unittest.skipIf(NUMBERS is None, "the numbers of this machine's system calls are not known")
class Filtered(ThreeSources):
    def setUp(self):
        if not filters_work():
            self.skipTest("no seccomp filters here")

    def assert_remembered(self, call, error):
        filtered = {"before": lambda: refuse(NUMBERS[call], error)}
        report = self.build(**filtered)
        self.assert_counts(report, built=6, hashed=3, decoded=3)
        report = self.build(**filtered)
        self.assert_counts(report, fresh=6)
        self.report("check", "--verify", **filtered)
        self.thumbs("clean", **filtered)

    def test_syncfs_that_is_not_there_or_not_allowed(self):
        for error in (errno.ENOSYS, errno.EPERM, errno.EINVAL):
            with self.subTest(error=errno.errorcode[error]):
                self.assert_remembered("syncfs", error)

    @unittest.skipIf(os.geteuid() != 0, "only root can become somebody else")
    def test_nor_in_a_folder_that_may_be_written_but_not_read(self):
        def nobody():
            refuse(NUMBERS["syncfs"], errno.ENOSYS)
            os.setuid(65534)

        os.makedirs(self.at("out/sub"))
        for folder, folders, names in os.walk(self.project):
            for name in [folder] + [os.path.join(folder, n) for n in folders + names]:
                os.lchown(name, 65534, 65534)
        os.chmod(self.at("out/sub"), 0o300)
        self.addCleanup(os.chmod, self.at("out/sub"), 0o755)
        self.assert_counts(self.build(before=nobody), built=6, hashed=3, decoded=3)
        self.assert_counts(self.build(before=nobody), fresh=6, hashed=range(0, 4))

    def test_a_failed_write_that_syncfs_tells_of_still_counts(self):
        report = self.build(before=lambda: refuse(NUMBERS["syncfs"], errno.EIO), code=1)
        self.assertIn("Input/output error", str(report["errors"]))
        self.assert_counts(self.build(), built=6, hashed=range(0, 10), decoded=3)

    def test_faccessat2_that_is_not_allowed(self):
        for error in (errno.ENOSYS, errno.EPERM):
            with self.subTest(error=errno.errorcode[error]):
                self.assert_remembered("faccessat2", error)

    def test_half_a_sandbox_is_said_and_not_enough_where_it_is_required(self):
        for call, name, half in (("landlock", "Landlock", "seccomp"), ("seccomp", "seccomp", "landlock")):
            for error in (errno.ENOSYS, errno.EPERM):
                with self.subTest(call=call, error=errno.errorcode[error]):
                    filtered = {"before": lambda: refuse(NUMBERS[call], error)}
                    whole, less = self.report("status")["sandbox"], self.report("status", **filtered)["sandbox"]
                    self.assertFalse(less[call])
                    self.assertEqual(less[half], whole[half])
                    required = self.thumbs("build", "--sandbox=require", code=2, **filtered)
                    self.assertIn("has no " + name if whole[half] else "has no ", required.err)
                    self.assertFalse(self.exists("out"))
