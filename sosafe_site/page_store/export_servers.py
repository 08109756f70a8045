"""What nginx and Apache are told of an export: all that can't be seen from the names of its files."""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import PurePosixPath

GONE = "/gone.410"  # where the pages are that say why something is gone; no page of the site can have this name
NOT_FOUND = "/404.html"  # nor this
# In addresses and headers, neither server's configuration can hold these. The site itself gives out no such address.
UNSPEAKABLE = re.compile(r"[\\$\x00-\x1f\x7f]")


@dataclass
class Told:
    """Paths begin with a slash; those of files are within the folder that is served."""

    files: dict[str, str] = field(default_factory=dict)  # by address, which may have a query
    headers: dict[str, dict[str, str]] = field(default_factory=dict)  # of files whose headers are not the common ones
    common: dict[str, str] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)  # by the ending of a file
    redirects: dict[str, str] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)

    def indexes(self) -> list[str]:
        """The names of files that answer for the folder that they are in; the likeliest first."""
        names = {PurePosixPath(file).name for address, file in self.files.items() if address.endswith("/")}
        return sorted(names, key=lambda name: (name != "index.html", name))

    def parts_of_lists(self) -> dict[str, dict[str, str]]:
        """By path: the file for each query."""
        found: dict[str, dict[str, str]] = defaultdict(dict)
        for address, file in self.files.items():
            path, _, query = address.partition("?")
            if query:
                found[path][query] = file
        return found

    def moved(self) -> dict[str, str]:
        """With what readers leave out: the last slash."""
        gone = {path.rstrip("/"): path for path in self.gone if path.endswith("/")}
        moved = {path.rstrip("/"): to for path, to in self.redirects.items() if path.endswith("/")}
        found = {**gone, **moved, **self.redirects}
        return {path: to for path, to in found.items() if path and not UNSPEAKABLE.search(path + to)}

    def places_with_headers(self) -> dict[str, dict[str, str]]:
        """By file or, where all of a folder have the same ones, by folder, which ends in a slash."""
        kinds = defaultdict(set)
        for file in self.files.values():
            for folder in folders_of(file):
                kinds[folder].add(tuple(self.headers.get(file, {}).items()))
        found = {}
        for file, headers in self.headers.items():
            alike = [folder for folder in folders_of(file) if len(kinds[folder]) == 1]
            found[alike[0] if alike else file] = headers
        return found


def folders_of(file: str) -> list[str]:
    """All but the root, the outermost first."""
    parts = file.split("/")[1:-1]
    return [f"/{'/'.join(parts[:count])}/" for count in range(1, len(parts) + 1)]


def gone_file(path: str) -> str:
    return f"{GONE}{path}index.html"


def quoted(value: str) -> str:
    return '"' + value.replace('"', '\\"') + '"'


def nginx_file(told: Told) -> str:
    with_charset = {kind.partition(";")[0] for kind in told.types.values() if "charset=" in kind}
    endings = defaultdict(list)
    for ending, kind in sorted(told.types.items()):
        endings[kind.partition(";")[0]].append(ending.lstrip("."))
    read = " ".join(sorted({*with_charset, "application/xml", "image/svg+xml"} - {"text/html"}))
    lines = [
        "# For a server { } of nginx whose root is the folder site/ beside this file: see README.txt.",
        f"index {' '.join(told.indexes())};",
        "charset utf-8;",
        f"charset_types {' '.join(sorted(with_charset - {'text/html'}))};",
        "default_type application/octet-stream;",
        "types {",
        *(f"    {kind} {' '.join(names)};" for kind, names in endings.items()),
        "}",
        "absolute_redirect off;",
        "gzip on;",
        "gzip_vary on;",
        f"gzip_types {read};",
        f"error_page 403 =404 {NOT_FOUND};",
        f"error_page 404 {NOT_FOUND};",
        *nginx_headers(told.common),
        f"location {GONE}/ {{ internal; }}",
    ]
    for path, to in told.moved().items():
        lines.append(f"location = {quoted(path)} {{ return 301 {quoted(to + '$is_args$args')}; }}")
    for path in told.gone:
        lines.append(f"location = {quoted(path)} {{ error_page 410 {quoted(gone_file(path))}; return 410; }}")
    for path, files in told.parts_of_lists().items():
        lines.append(f"location = {quoted(path)} {{")
        lines += [f"    if ($args = {quoted(query)}) {{ rewrite ^ {file} last; }}" for query, file in files.items()]
        lines.append("}")
    for place, headers in told.places_with_headers().items():
        is_folder = place.endswith("/")
        lines += [f"location {'' if is_folder else '= '}{quoted(place)} {{", *nginx_headers(headers, "    "), "}"]
    return "\n".join([*lines, ""])


def nginx_headers(headers: dict[str, str], before: str = "") -> list[str]:
    return [
        f"{before}add_header {name} {quoted(value)} always;"
        for name, value in headers.items()
        if not UNSPEAKABLE.search(value)
    ]


def apache_files(told: Told) -> dict[str, str]:
    """By their places: those beside the files that they are about are read only when one of these is asked for."""
    text = " ".join(sorted({kind.partition(";")[0] for kind in told.types.values() if "charset=" in kind}))
    root = [
        "# For Apache 2.4 with mod_rewrite, mod_headers, mod_mime and mod_dir: see README.txt.",
        "Options -Indexes -MultiViews",
        f"DirectoryIndex {' '.join(told.indexes())}",
        *(f"AddType {quoted(kind)} {ending}" for ending, kind in sorted(told.types.items())),
        "<IfModule mod_deflate.c>",
        f"AddOutputFilterByType DEFLATE {text} application/xml image/svg+xml",
        "</IfModule>",
        f"ErrorDocument 404 {NOT_FOUND}",
        f'ErrorDocument 410 "{GONE}%{{REQUEST_URI}}index.html"',
        *apache_headers(told.common, {}),
        "RewriteEngine On",
        'RewriteCond "%{ENV:REDIRECT_STATUS}" "^$"',
        f'RewriteRule "^{re.escape(GONE[1:])}/" - [R=404,L]',
    ]
    for path, parts in told.parts_of_lists().items():
        for query, file in parts.items():
            root += [f"RewriteCond %{{QUERY_STRING}} {quoted(f'^{re.escape(query)}$')}"]
            root += [f'RewriteRule {apache_path(path)} "{file}" [L]']
    root += ['RewriteCond "%{REQUEST_FILENAME}" -f', 'RewriteRule "^" - [L]']
    for path, to in told.moved().items():
        root.append(f"RewriteRule {apache_path(path)} {quoted(to.replace('%', chr(92) + '%'))} [R=301,NE,L]")
    root += [f"RewriteRule {apache_path(path)} - [G]" for path in told.gone]
    root += ['RewriteCond "%{REQUEST_FILENAME}" -d']
    root += [f'RewriteCond "%{{REQUEST_FILENAME}}/{name}" !-f' for name in told.indexes()]
    root += ['RewriteRule "^" - [R=404,L]']
    files: dict[str, list[str]] = defaultdict(list, {"/.htaccess": root})
    for place, headers in told.places_with_headers().items():
        lines = apache_headers(headers, told.common)
        if not place.endswith("/"):
            lines = [f"<If \"%{{REQUEST_URI}} == '{place}'\">", *lines, "</If>"]
        files[f"{place.rpartition('/')[0]}/.htaccess"] += lines
    return {name: "\n".join([*lines, ""]) for name, lines in files.items()}


def apache_path(path: str) -> str:
    return quoted(f"^{re.escape(path[1:])}$")


def apache_headers(headers: dict[str, str], common: dict[str, str]) -> list[str]:
    """Those that differ from what is common."""
    given = [
        f"Header always set {name} {quoted(value.replace('%', '%%'))}"
        for name, value in headers.items()
        if common.get(name) != value and not UNSPEAKABLE.search(value)
    ]
    return given + [f"Header always unset {name}" for name in common if name not in headers]
