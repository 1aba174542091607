window.YTD.note_tweet.part0 = [
  {
    "noteTweet": {
      "noteTweetId": "9",
      "updatedAt": "2023-04-01T10:00:00.000Z",
      "lifecycle": {
        "value": "0",
        "name": "Create"
      },
      "createdAt": "2023-04-01T10:00:00.000Z",
      "core": {
        "styletags": [],
        "urls": [
          {
            "expandedUrl": "https://example.org/b",
            "toIndex": "9",
            "shortUrl": "https://t.co/Nnn0000001",
            "displayUrl": "example.org/b",
            "fromIndex": "1"
          }
        ],
        "text": "A long one &amp; then https://t.co/Nnn0000001",
        "mentions": [],
        "cashtags": [],
        "hashtags": []
      }
    }
  }
]