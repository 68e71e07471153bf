"""Which tokenizer a flavor gets, and the same one again for a job that goes on."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from app.errors import BackendError, BackendRefused
from app.tokens.base import Messages, Remote, Spec, Tokenizer, TokenizerWrapper, said, unusable
from app.tokens.estimate import Estimate
from app.tokens.files import fingerprint, locate
from app.tokens.known import KNOWN, known
from app.tokens.local import load
from app.tokens.served import NO_SUCH_ROUTE, SERVED, SHORTEST, UNTEMPLATED, Served, offered

PACKAGE, FILE = "package:", "file:"
MOST_SERVED = 32  # servers and models whose counts are remembered

# Texts of many scripts, digits, blanks and marks: two tokenizers that cut all of them into as many tokens are taken for one.
PROBE = (
    "Bonjour : ça va ? L'équipe d'aujourd'hui a décidé.",
    "Die Größenordnung überschreitet 3.141.592,65 €",
    "¿Qué tal? ¡Mañana, señor!",
    "Зустріч відбудеться завтра о дев'ятій.",
    "سلام، حال شما چطور است؟",
    "会議は明日の午後三時に始まります。",
    "אנחנו נפגשים מחר בבוקר",
    "बैठक कल सुबह होगी।",
    '[INST] <|im_start|> {"a": [1, 2]} \n\n\t  end 👍🏽',
)
_MARGIN = re.compile(r"(?P<name>.+)\+(?P<margin>\d+)")


class Tokenizers:
    """The tokenizers of this process: each is loaded once, and while one is loaded the others can be had."""

    def __init__(self, load: Callable[[str], Tokenizer] | None = None, *, most_served: int = MOST_SERVED) -> None:
        self._load = load or load_named
        self._most_served = most_served
        self._local: dict[str, Tokenizer] = {}
        self._served: OrderedDict[tuple[int, str, str], Served] = OrderedDict()
        # what servers have said of the tokenizers that packages carry; each server is kept, so that its id is not used again
        self._agreed: OrderedDict[tuple[int, str, str], tuple[Remote, bool]] = OrderedDict()
        self._loading: dict[str, Lock] = {}
        self._lock = Lock()

    def of(self, spec: Spec, remote: Remote | None = None, *, source: str | None = None) -> Tokenizer:
        """The tokenizer for *spec*: its own `tokenizer`; else one that an installed package carries for the class or the
        model, unless the server counts otherwise; else the server's; else the estimate, if there is no server or it has no
        route for that.

        *source* is the name of the one that was used before: it is had again, never another.
        Raises ManifestError for the key `tokenizer`, and BackendError if the server is needed and does not answer."""
        name = source or self._name(spec, remote)
        widened = _MARGIN.fullmatch(name)
        if widened:
            return Widened(self._named(widened["name"], spec, remote), int(widened["margin"]))
        return self._named(name, spec, remote)

    def fitted(self, spec: Spec, remote: Remote) -> Tokenizer:
        """The tokenizer for *spec*, allowing for the server's chat template if the server can be asked for it.

        Raises ManifestError, BackendError."""
        tokenizer = self.of(spec, remote)
        try:
            return calibrated(tokenizer, spec.model_name, remote)
        except BackendRefused:  # the server has no such route
            return tokenizer

    def _name(self, spec: Spec, remote: Remote | None) -> str:
        if spec.tokenizer:
            return f"{FILE}{spec.tokenizer}#{fingerprint(locate(spec.tokenizer))}"
        carried = known(spec)
        if carried and self._agrees(f"{PACKAGE}{carried}", spec.model_name, remote):
            return f"{PACKAGE}{carried}"
        return (remote and offered(spec.model_name, remote)) or Estimate.name

    def _agrees(self, name: str, model: str, remote: Remote | None) -> bool:
        """Whether *remote* counts as the tokenizer *name* does, as far as it says: what a model is called, and the class of its
        tokenizer, may be those of another one. Each server is asked once for each model."""
        if remote is None:
            return True
        key = (id(remote), model, name)
        with self._lock:
            if key in self._agreed:
                return self._agreed[key][1]
        try:
            agrees = remote.tokenize(model, PROBE) == self._loaded(name).count(PROBE)
        except BackendRefused as refused:
            if refused.status not in NO_SUCH_ROUTE:
                return True
            agrees = True
        except BackendError:  # it is down: ask again next time
            return True
        with self._lock:
            self._agreed[key] = (remote, agrees)
            while len(self._agreed) > self._most_served:
                self._agreed.popitem(last=False)
        return agrees

    def _named(self, name: str, spec: Spec, remote: Remote | None) -> Tokenizer:
        if name == Estimate.name:
            return Estimate()
        if name in (SERVED, UNTEMPLATED):
            return self._of_server(name, spec.model_name, remote)
        if name.startswith((FILE, PACKAGE)):
            return self._loaded(name)
        raise unusable(f"the tokenizer {name!r} is not known to this version; ask for the work again")

    def _of_server(self, name: str, model: str, remote: Remote | None) -> Served:
        if remote is None:
            raise unusable(
                f"the tokens of {model!r} are counted by its backend, and there is none; name a backend or a tokenizer"
            )
        key = (id(remote), model, name)  # the tokenizer holds the server, so its id is not used again
        with self._lock:
            self._served.setdefault(key, Served(model, remote, measures=name == SERVED))
            self._served.move_to_end(key)
            while len(self._served) > self._most_served:
                self._served.popitem(last=False)
            return self._served[key]

    def _loaded(self, name: str) -> Tokenizer:
        with self._lock:
            loading = self._loading.setdefault(name, Lock())
        with loading:
            if name not in self._local:
                self._local[name] = self._load(name)
            return self._local[name]


def load_named(name: str) -> Tokenizer:
    """The tokenizer on this machine that a name stands for; raises ManifestError if it is not there any more."""
    if name.startswith(PACKAGE):
        carried = KNOWN.get(name.removeprefix(PACKAGE))
        if carried is None:
            raise unusable(f"the tokenizer {name!r} is not known to this version; ask for the work again")
        return load(name, locate(carried.resource), carried.layout)
    given, _, digits = name.removeprefix(FILE).rpartition("#")
    file = locate(given)
    if fingerprint(file) != digits:
        raise unusable(f"{given!r} has changed since the work began; put the old one back, or ask for the work again")
    return load(name, file)


@dataclass(frozen=True)
class Widened(TokenizerWrapper):
    """A tokenizer whose model's server puts *margin* more tokens around a prompt than the tokenizer knows of."""

    inner: Tokenizer
    margin: int

    @property
    def name(self) -> str:
        return f"{self.inner.name}+{self.margin}"

    @property
    def exact(self) -> bool:
        return False

    def measure(self, messages: Messages) -> int:
        return self.inner.measure(messages) + self.margin


def calibrated(tokenizer: Tokenizer, model: str, remote: Remote) -> Tokenizer:
    """*tokenizer*, or a wider one if the server's chat template is longer than the tokenizer's: a finetuned model may
    bring a template, or a system message, of its own. Asks the server once; raises BackendError.

    The margin is part of the name, so `Tokenizers.of(…, source=name)` needs no server to have it again."""
    more = remote.measure(model, said(SHORTEST)) - tokenizer.measure(SHORTEST)
    return Widened(tokenizer, more) if more > 0 else tokenizer
