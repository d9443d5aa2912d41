"""In which form the kernels run: compiled where numba is installed, else as the Python they are.

The kernels are pure functions over arrays of 64-bit integers, written so that both forms say the
same to the last bit. Only whoever imports a kernel pays for numba, so nothing does before it pays.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from moderation.signals.grams import BITS, POWERS, SALT, SEED, SOUND, STEP
from moderation.signals.names import BLIND
from moderation.signals.sieve import HEARD_AS, LONGEST, SHORTEST, UNHEARD
from moderation.signals.tokens import DIGITS

_Kernel = TypeVar("_Kernel", bound=Callable[..., Any])
_HERE = Path(__file__).parent
_CONSTANTS = (BITS, SALT, SEED, STEP, POWERS.tolist(), SOUND.tolist(), SHORTEST, LONGEST, UNHEARD,
              HEARD_AS, DIGITS, BLIND)  # fmt: skip
"""All that kernels take from modules outside this folder: it is compiled into them."""


def kept_in() -> Path:
    """The folder below which what was compiled is kept: by its name for these sources alone.

    A compiled kernel holds the constants and kernels of other files, of whose changes numba knows
    nothing. Raises OSError where no folder may be written.
    """
    told = b"".join(path.read_bytes() for path in sorted(_HERE.glob("*.py")))
    name = f"fast-{sha256(told + repr(_CONSTANTS).encode()).hexdigest()[:12]}"
    given = _numba().config.CACHE_DIR
    home = importlib.import_module("numba.misc.appdirs").user_cache_dir("sunwai", False)
    refused = OSError("no folder")
    for base in [Path(given)] if given else [_HERE / "__pycache__", Path(home)]:
        try:
            (base / name).mkdir(parents=True, exist_ok=True)
            (base / name / ".probe").touch()
        except OSError as fault:
            refused = fault
        else:
            return base / name
    raise refused


def _numba() -> Any:
    return importlib.import_module("numba")


def _forms() -> tuple[Callable[[Any], Any], Callable[[Any], Any]] | None:
    """What compiles kernels that only kernels call, and those that Python calls; None where numba
    is not installed.

    No kernel makes an array, so none needs to count who holds one (`_nrt`): that would cost more
    than the work. Only what Python calls is kept on disk, with all that it calls in it.
    """
    try:
        numba = _numba()
    except ImportError:
        return None
    bare = numba.njit(nogil=True, _nrt=False, no_cpython_wrapper=True, no_cfunc_wrapper=True)

    def inner(kernel: Any) -> Any:
        return _once(bare(kernel), numba.types.unliteral)

    try:
        numba.config.CACHE_DIR = str(kept_in())
    except OSError:  # compiled anew in each process
        return inner, numba.njit(nogil=True, _nrt=False)
    return inner, numba.njit(nogil=True, _nrt=False, cache=True)


def _once(kernel: Any, plain: Callable[[Any], Any]) -> Any:
    """The kernel compiled for numbers, not for each constant that it is called with once more."""
    found = kernel.get_call_template

    def for_numbers(args: tuple[Any, ...], kws: dict[str, Any]) -> Any:
        return found(tuple(map(plain, args)), kws)

    kernel.get_call_template = for_numbers
    return kernel


_FORMS = _forms()


def jit(kernel: _Kernel) -> _Kernel:
    """A kernel that only kernels call, in the form of this process."""
    return kernel if _FORMS is None else _FORMS[0](kernel)


def entry(kernel: _Kernel) -> _Kernel:
    """A kernel that Python calls, compiled at the first call unless that is kept on disk."""
    return kernel if _FORMS is None else _FORMS[1](kernel)
