"""What a person reads: messages said in a language, numbers and dates written as it writes them."""

from geo_relocation.messages import Language
from geo_relocation.words.catalogue import LANGUAGES, say, translated, unfilled
from geo_relocation.words.labels import labels
from geo_relocation.words.style import style

__all__ = ["LANGUAGES", "Language", "labels", "say", "style", "translated", "unfilled"]
