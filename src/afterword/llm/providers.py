"""Where a model is. In: "provider/model" and, if wanted, a URL. Out: a place; whether it is this computer; its key.

A place is local when its host is a loopback address or "localhost". Names are never looked up for this: asking would
itself leave the computer, and the answer could be another one a moment later. What is in doubt counts as remote.
"""

from __future__ import annotations

import ipaddress
import os
from typing import Literal
from urllib.parse import urlsplit

import msgspec

from afterword.errors import BadSettings

KEY = "AFTERWORD_MODEL_KEY"
"""A key for whatever server is set; it wins over a provider's own variable."""
SERVICE = "afterword"


class Provider(msgspec.Struct, frozen=True):
    """`sdk`: how any-llm speaks to it. `many`: one request can bring several answers. `batch`: texts that one request can
    turn into vectors; 0 = the provider has none."""

    url: str
    key: str = ""
    sdk: Literal["openai", "anthropic", "deepseek", "compatible"] = "compatible"
    many: bool = False
    batch: int = 64


PROVIDERS = {
    "ollama": Provider("http://127.0.0.1:11434/v1"),
    "llamacpp": Provider("http://127.0.0.1:8080/v1"),
    "llamafile": Provider("http://127.0.0.1:8080/v1"),
    "vllm": Provider("http://127.0.0.1:8000/v1", many=True),
    "lmstudio": Provider("http://127.0.0.1:1234/v1"),
    "openai": Provider("https://api.openai.com/v1", "OPENAI_API_KEY", "openai", many=True),
    "anthropic": Provider("https://api.anthropic.com", "ANTHROPIC_API_KEY", "anthropic", batch=0),
    "gemini": Provider("https://generativelanguage.googleapis.com/v1beta/openai", "GEMINI_API_KEY"),
    "deepseek": Provider("https://api.deepseek.com", "DEEPSEEK_API_KEY", "deepseek", batch=0),
    "dashscope": Provider("https://dashscope.aliyuncs.com/compatible-mode/v1", "DASHSCOPE_API_KEY", batch=10),
}
ALIASES = {"qwen": "dashscope", "llama.cpp": "llamacpp", "lm-studio": "lmstudio", "google": "gemini"}


class Place(msgspec.Struct, frozen=True):
    """`host` is host and port as they stand in the URL; `own` is True at the provider's own address."""

    spec: str
    provider: str
    model: str
    url: str
    host: str
    local: bool
    own: bool


def place(spec: str, url: str = "") -> Place:
    """BadSettings for an unknown provider, a missing model or a URL that is none."""
    given, _, model = spec.strip().partition("/")
    name = ALIASES.get(given.casefold(), given.casefold())
    if name not in PROVIDERS or not model:
        raise BadSettings(
            "model.spec",
            f"{spec!r} names no model. It is written provider/model; the providers are {', '.join(sorted(PROVIDERS))}.",
            next_step="For example: afterword model set ollama/NAME. Any server that speaks as OpenAI does: openai/NAME --url URL",
        )
    default = PROVIDERS[name].url
    where = (url or default).rstrip("/")
    host = _host(where)
    return Place(f"{name}/{model}", name, model, where, host, is_local(where), host == _host(default))


def beside(where: Place, name: str) -> Place:
    """Where vectors come from: `name` is another model of the same server, or stands behind a provider of its own.

    BadSettings where that provider has no vectors."""
    given = name.strip().partition("/")[0].casefold()
    provider = ALIASES.get(given, given)
    if "/" not in name or provider not in PROVIDERS:
        found = place(f"{where.provider}/{name.strip()}", where.url)
    else:
        found = place(name, where.url if provider == where.provider else "")
    if not PROVIDERS[found.provider].batch:
        raise BadSettings(
            "model.no-vectors",
            f"{found.provider} has no models that turn texts into vectors.",
            next_step="Name one of another server: --embed ollama/NAME",
        )
    return found


def _host(url: str) -> str:
    wrong = ""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as e:
        raise _no_url(url, str(e)) from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        wrong = "it does not begin with http:// or https:// and a host"
    elif parts.username is not None or parts.password is not None:
        wrong = "it holds a user name or password"
    elif parts.query or parts.fragment:
        wrong = "it holds a ? or #"
    if wrong:
        # a password may stand in it, so it is not repeated
        raise _no_url("" if "@" in url or "?" in url else url, wrong)
    name = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{name}:{port}" if port else f"{name}"


def _no_url(url: str, wrong: str) -> BadSettings:
    return BadSettings(
        "model.url",
        f"The address {url!r} cannot be used: {wrong}." if url else f"The address cannot be used: {wrong}.",
        next_step=f"Give the server's address alone, for example http://127.0.0.1:8080/v1; a key goes into {KEY} or the keyring.",
    )


def is_local(url: str) -> bool:
    host = (urlsplit(url).hostname or "").rstrip(".")
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


def api_key(where: Place) -> str:
    """The key for this place, "" when none is needed. BadSettings when one is needed and there is none.

    A provider's own variable is used at that provider's own address only: a key for one company is not handed to
    another server because a URL was given.
    """
    found = os.environ.get(KEY, "") or (os.environ.get(PROVIDERS[where.provider].key, "") if where.own else "")
    found = found or ("" if where.local else _from_keyring(where.host))
    if not found and where.own and PROVIDERS[where.provider].key:
        raise BadSettings(
            "model.key-missing",
            f"There is no key for {where.host}.",
            next_step=f"Set {PROVIDERS[where.provider].key}, or keep it in the system's keyring: "
            f"keyring set {SERVICE} model:{where.host}",
        )
    return found.strip()


def key_source(where: Place) -> str:
    """Where the key comes from, never the key: "environment", "keyring" or "none"."""
    variable = PROVIDERS[where.provider].key
    if os.environ.get(KEY) or (where.own and variable and os.environ.get(variable)):
        return "environment"
    return "keyring" if not where.local and _from_keyring(where.host) else "none"


def _from_keyring(host: str) -> str:
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(SERVICE, f"model:{host}") or ""
    except KeyringError:
        return ""
