"""What Meta's archives call the fields of a post, in the languages of the accounts."""

from __future__ import annotations

COMMENT = (
    *(
        "Comment",
        "Kommentar",
        "Comentario",
        "Commentaire",
        "Commento",
        "Comentário",
        "Opmerking",
        "Reactie",
        "Komentarz",
    ),
    *("Komentář", "Yorum", "Комментарий", "Коментар", "评论", "留言", "コメント", "댓글", "Komentar", "Bình luận"),
)
CAPTION = {
    "Caption",
    "Bildunterschrift",
    "Légende",
    "Pie de foto",
    "Texto",
    "Didascalia",
    "Legenda",
    "Bijschrift",
    "Podpis",
}
CAPTION |= {"说明", "說明", "說明文字", "キャプション", "캡션", "Açıklama", "Подпись", "Text"}
LATITUDE = frozenset(
    "Latitude Breitengrad Latitud Latitudine Breedtegraad Szerokość Широта Enlem 纬度 緯度 위도".split()
)
LONGITUDE = frozenset(
    "Longitude Längengrad Longitud Longitudine Lengtegraad Długość Долгота Boylam 经度 經度 経度 경도".split()
)
