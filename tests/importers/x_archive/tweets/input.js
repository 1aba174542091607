window.YTD.tweets.part0 = [
  {
    "tweet": {
      "edit_info": {
        "initial": {
          "editTweetIds": [
            "1"
          ]
        }
      },
      "retweeted": false,
      "source": "<a href=\"https://mobile.twitter.com\">Web</a>",
      "entities": {
        "urls": [
          {
            "url": "https://t.co/Xyz0000001",
            "expanded_url": "https://example.org/slow",
            "display_url": "example.org/slow",
            "indices": [
              "0",
              "9"
            ]
          }
        ]
      },
      "display_text_range": [
        "0",
        "9"
      ],
      "favorite_count": "1",
      "id_str": "1",
      "truncated": false,
      "retweet_count": "0",
      "id": "1",
      "created_at": "Sat Jun 06 13:02:35 +0000 2020",
      "favorited": false,
      "full_text": "slow &amp; careful: https://t.co/Xyz0000001\n\nthat is all",
      "lang": "en"
    }
  },
  {
    "tweet": {
      "edit_info": {
        "initial": {
          "editTweetIds": [
            "2"
          ]
        }
      },
      "retweeted": false,
      "source": "<a href=\"https://mobile.twitter.com\">Web</a>",
      "entities": {
        "hashtags": [],
        "symbols": [],
        "user_mentions": [],
        "urls": []
      },
      "display_text_range": [
        "0",
        "9"
      ],
      "favorite_count": "1",
      "id_str": "2",
      "truncated": false,
      "retweet_count": "0",
      "id": "2",
      "created_at": "Sat Jun 06 13:02:35 +0000 2020",
      "favorited": false,
      "full_text": "RT @somebody: not my words at all",
      "lang": "en"
    }
  },
  {
    "tweet": {
      "edit_info": {
        "initial": {
          "editTweetIds": [
            "3"
          ]
        }
      },
      "retweeted": false,
      "source": "<a href=\"https://mobile.twitter.com\">Web</a>",
      "entities": {
        "hashtags": [],
        "symbols": [],
        "user_mentions": [],
        "urls": []
      },
      "display_text_range": [
        "0",
        "9"
      ],
      "favorite_count": "1",
      "id_str": "3",
      "truncated": false,
      "retweet_count": "0",
      "id": "3",
      "created_at": "Sat Jun 06 13:02:35 +0000 2020",
      "favorited": false,
      "full_text": "@friend no, the blue one https://t.co/Img0000001",
      "lang": "en",
      "in_reply_to_status_id_str": "77",
      "in_reply_to_screen_name": "friend",
      "extended_entities": {
        "media": [
          {
            "url": "https://t.co/Img0000001",
            "media_url": "http://pbs.twimg.com/media/1.jpg",
            "media_url_https": "https://pbs.twimg.com/media/1.jpg",
            "type": "photo"
          },
          {
            "url": "https://t.co/Img0000001",
            "media_url_https": "https://pbs.twimg.com/media/2.jpg",
            "type": "photo"
          }
        ]
      }
    }
  },
  {
    "tweet": {
      "edit_info": {
        "initial": {
          "editTweetIds": [
            "4"
          ]
        }
      },
      "retweeted": false,
      "source": "<a href=\"https://mobile.twitter.com\">Web</a>",
      "entities": {
        "hashtags": [],
        "symbols": [],
        "user_mentions": [],
        "urls": []
      },
      "display_text_range": [
        "0",
        "9"
      ],
      "favorite_count": "1",
      "id_str": "4",
      "truncated": false,
      "retweet_count": "0",
      "id": "4",
      "created_at": "Sat Jun 06 13:02:35 +0000 2020",
      "favorited": false,
      "full_text": "here",
      "lang": "en",
      "coordinates": {
        "type": "Point",
        "coordinates": [
          "-0.12",
          "51.5"
        ]
      },
      "place": {
        "full_name": "Camden Town, London"
      }
    }
  },
  {
    "tweet": {
      "edit_info": {
        "initial": {
          "editTweetIds": [
            "5"
          ]
        }
      },
      "retweeted": false,
      "source": "<a href=\"https://mobile.twitter.com\">Web</a>",
      "entities": {
        "hashtags": [],
        "symbols": [],
        "user_mentions": [],
        "urls": []
      },
      "display_text_range": [
        "0",
        "9"
      ],
      "favorite_count": "1",
      "id_str": "5",
      "truncated": false,
      "retweet_count": "0",
      "id": "5",
      "created_at": "Sat Jun 36 13:02:35 +0000 2020",
      "favorited": false,
      "full_text": "a day that never was",
      "lang": "en"
    }
  },
  {
    "tweet": {
      "edit_info": {
        "initial": {
          "editTweetIds": [
            "6"
          ]
        }
      },
      "retweeted": false,
      "source": "<a href=\"https://mobile.twitter.com\">Web</a>",
      "entities": {
        "hashtags": [],
        "symbols": [],
        "user_mentions": [],
        "urls": []
      },
      "display_text_range": [
        "0",
        "9"
      ],
      "favorite_count": "1",
      "id_str": "6",
      "truncated": false,
      "retweet_count": "0",
      "id": "6",
      "created_at": "Sat Jun 06 13:02:35 +0000 2020",
      "favorited": false,
      "full_text": "",
      "lang": "en"
    }
  },
  {
    "tweet": null
  }
]