#!/usr/bin/env python3
"""Holds classes and inline functions to one definition: of two with one name the linker keeps one, unasked.

Looks at what stands in a named namespace (an anonymous one may repeat names): classes, structs, unions, enums, and
functions and variables that are inline, constexpr or templates. No two files of src and include may define the same;
nor may a test what they define. Prints each fault as FILE:LINE: text and exits 1 where there is one.
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent

NOISE = re.compile(
    r'R"(?P<mark>[^(\s]*)\(.*?\)(?P=mark)"'  # raw strings
    r"|//[^\n]*|/\*.*?\*/"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|(?<![0-9A-Fa-f])'(?:[^'\\\n]|\\.)+'"  # 1'000 is no character
    r"|^[ \t]*#(?:[^\n\\]|\\.|\\\n)*",
    re.DOTALL | re.MULTILINE,
)
TOKEN = re.compile(r"[A-Za-z_]\w*|::|\[\[|\]\]|\S")
TYPES = ("class", "struct", "union", "enum")


def tokens(text):
    """(line, token), without comments, preprocessor lines, and the contents of texts."""
    quiet = NOISE.sub(lambda match: '""' * (match[0][0] in "\"'R") + "\n" * match[0].count("\n"), text)
    line, at = 1, 0
    for match in TOKEN.finditer(quiet):
        line += quiet.count("\n", at, match.start())
        at = match.start()
        yield line, match[0]


def without_brackets(words, opening, closing):
    depth, kept = 0, []
    for word in words:
        depth += word == opening
        if depth == 0:
            kept.append(word)
        elif word == closing:
            depth -= 1
    return kept


def without_template(words):
    """(The words after each leading `template <…>`, whether there was one)."""
    was = False
    while words[:1] == ["template"]:
        was, depth = True, 0
        for at, word in enumerate(words[1:], 1):
            depth += (word == "<") - (word == ">")
            if depth == 0:
                break
        words = words[at + 1 :]
    return words, was


def type_name(words):
    """The name of the type whose head this is, with the arguments of a specialisation; else None."""
    head, _ = without_template(words)
    head = without_brackets(head, "[[", "]]")
    if head[:1] == ["typedef"] or not head or head[0] not in TYPES or "=" in head or "(" in head:
        return None
    rest = [word for word in head[1:] if word not in ("class", "struct")]
    if not rest or not re.match(r"\w", rest[0]):
        return None
    end = next((at for at, word in enumerate(rest) if word in (":", "final")), len(rest))
    return "".join(rest[:end])


def shared_name(words):
    """What names an inline function (its parameters with it) or variable; else None."""
    head, is_template = without_template(words)
    if "static" in head or not (is_template or "inline" in head or "constexpr" in head):
        return None
    if head[:1] in (["using"], ["concept"], ["requires"]) or set(head) & set(TYPES):
        return None
    if "inline" not in head and not is_template and "(" not in head:
        return None  # a constant has internal linkage
    head = head[: head.index("=")] if "=" in head and "operator" not in head else head
    start = head.index("(") if "(" in head else len(head)
    called = re.sub(r" ?:: ?", "::", " ".join(without_brackets(head[:start], "<", ">")))
    name = re.search(r"[\w:~]+$", called)
    return name and name[0] + "".join(head[start:])


def definitions(text):
    """(line, qualified name) of what is defined in namespaces that have names."""
    scopes, statement, begun = [], [], 1
    for line, token in tokens(text):
        if not statement:
            begun = line
        at_namespace = all(scope is not None for scope in scopes)
        if token == "{":
            words = [word for word in statement if word not in ('"', "THUMBS_PUBLIC")]
            if words[:1] == ["namespace"] or words[:2] == ["inline", "namespace"]:
                scopes.append("".join(words[words.index("namespace") + 1 :]) if words[-1] != "namespace" else None)
            elif words == ["extern"]:
                scopes.append("")
            else:
                name = (type_name(words) or shared_name(words)) if at_namespace else None
                if name:
                    yield begun, "::".join([scope for scope in scopes if scope] + [name])
                scopes.append(None)
            statement = []
        elif token == "}":
            if scopes:
                scopes.pop()
            statement = []
        elif token == ";":
            name = shared_name(statement) if at_namespace and "=" in statement else None
            if name and "(" not in name:
                yield begun, "::".join([scope for scope in scopes if scope] + [name])
            statement = []
        else:
            statement.append(token)


def faults(files):
    """`files`: (name, whether a test, text). Each fault as a line."""
    known = {}
    for name, is_test, text in sorted(files, key=lambda file: (file[1], file[0])):
        for line, defined in definitions(text):
            first, of_test = known.setdefault(defined, (f"{name}:{line}", is_test))
            if first.rsplit(":", 1)[0] != name and not of_test:
                yield f"{name}:{line}: {defined} is defined in {first} too: rename one, or move it into an anonymous namespace"


def sources():
    for top in ("src", "include", "tests"):
        for path in sorted((ROOT / top).rglob("*")):
            if path.suffix in (".h", ".cpp"):
                yield path.relative_to(ROOT).as_posix(), top == "tests", path.read_text(encoding="utf-8")


SAME = """
namespace THUMBS_PUBLIC thumbs { struct Place; class Reader { struct Inner {}; }; enum class Kind : int { a };
template <class T> void put(T& to, const std::optional<T>& from) { if (from) to = *from; }
template <class T> T Box<T>::get() { return {}; } inline int twice(int x) { return 2 * x; } inline constexpr int k_size = 3; template <> struct Box<int> {}; }
"""
OTHER = """
namespace thumbs { namespace { struct Reader {}; inline int twice(int x) { return x; } } // struct Kind {
class Reader; constexpr int k_size = 4; static inline int put(int) { return 1; } int free_function() { struct Kind {}; }
inline int twice(double x) { return 1; } struct Outer { struct Kind {}; }; template <class T> T Heap<T>::get() { return {}; } template <> struct Box<long> {}; }
"""


def check_this():
    """This check finds what it is for, and no more."""
    both = [("a.h", False, SAME), ("b.cpp", False, SAME)]
    found = [fault.split(": ")[1].split(" ")[0] for fault in faults(both)]
    wanted = ["Reader", "Kind", "put(T&to,conststd::optional<T>&from)", "Box::get()", "twice(intx)", "k_size", "Box<int>"]
    assert found == [f"thumbs::{name}" for name in wanted], found
    assert not list(faults([("a.h", False, SAME), ("b.cpp", False, OTHER)]))
    assert not list(faults([("a.h", True, SAME), ("b.h", True, SAME)]))
    assert list(faults([("tests/a.h", True, SAME), ("src/b.h", False, SAME)]))[0].startswith("tests/a.h:2:")


def main():
    check_this()
    files = list(sources())
    found = list(faults(files))
    count = sum(1 for _, _, text in files for _ in definitions(text))
    print("\n".join(found) if found else f"{count} names in {len(files)} files have one definition each")
    return 1 if found or not count else 0


if __name__ == "__main__":
    sys.exit(main())
