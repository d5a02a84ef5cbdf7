"""The fallback: a language model points at places of a note, and our own parsers read them.

Off unless a model is configured. Nothing the model says becomes a fact: it gives quotes and values, the quote must stand
in the note, and every attribute is read again from its words by the parsers and word lists that the rules use.
"""

from chartproof.extract.llm.claims import READABLE
from chartproof.extract.llm.config import LLMConfig, load_config
from chartproof.extract.llm.session import Fallback

__all__ = ["READABLE", "Fallback", "LLMConfig", "load_config"]
