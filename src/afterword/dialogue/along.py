from afterword.dialogue.granted import Granted, agrees, listed
from afterword.measures.lexicon import lower
def goes_along(draft: str, taken: Granted) -> bool:
    text, lists = lower(draft).strip(), listed("granted")
    if not taken.called and not agrees(draft):
        return False
    doubted = lists["denies"].search(text)
    return bool(text) and (not doubted or bool(lists["still-agrees"].search(text)))
