window.YTD.direct_messages.part0 = [
  {
    "dmConversation": {
      "conversationId": "100-200",
      "messages": [
        {
          "messageCreate": {
            "recipientId": "200",
            "reactions": [
              {
                "senderId": "200",
                "reactionKey": "excited",
                "eventId": "7",
                "createdAt": "2022-05-19T11:00:00.000Z"
              },
              {
                "senderId": "200",
                "reactionKey": "🦊",
                "eventId": "8",
                "createdAt": "2022-05-19T11:00:01.000Z"
              }
            ],
            "urls": [],
            "text": "salt &amp; pepper &lt;3",
            "mediaUrls": [],
            "senderId": "100",
            "id": "1009",
            "createdAt": "2022-05-19T10:09:34.219Z",
            "editHistory": []
          }
        },
        {
          "messageCreate": {
            "recipientId": "100",
            "reactions": [],
            "urls": [
              {
                "url": "https://t.co/AbC123xyz0",
                "expanded": "https://example.org/long/read",
                "display": "example.org/long/read"
              }
            ],
            "text": "read this https://t.co/AbC123xyz0 later",
            "mediaUrls": [],
            "senderId": "200",
            "id": "1008",
            "createdAt": "2022-05-19T10:08:34.219Z",
            "editHistory": []
          }
        },
        {
          "messageCreate": {
            "recipientId": "200",
            "reactions": [],
            "urls": [
              {
                "url": "https://t.co/Pic0000001",
                "expanded": "https://twitter.com/messages/media/1007",
                "display": "pic.twitter.com/x"
              }
            ],
            "text": " https://t.co/Pic0000001",
            "mediaUrls": [
              "https://ton.twitter.com/dm/1007/99/cat.jpg"
            ],
            "senderId": "100",
            "id": "1007",
            "createdAt": "2022-05-19T10:07:34.219Z",
            "editHistory": []
          }
        },
        {
          "messageCreate": {
            "recipientId": "100",
            "reactions": [],
            "urls": [
              {
                "url": "https://t.co/Lnk0000001",
                "expanded": "https://example.org/a",
                "display": "example.org/a"
              }
            ],
            "text": "https://t.co/Lnk0000001",
            "mediaUrls": [],
            "senderId": "200",
            "id": "1006",
            "createdAt": "2022-05-19T10:06:34.219Z",
            "editHistory": []
          }
        },
        {
          "messageCreate": {
            "recipientId": "200",
            "reactions": [],
            "urls": [],
            "text": "the train leaves at nine",
            "mediaUrls": [],
            "senderId": "100",
            "id": "1005",
            "createdAt": "2022-05-19T10:05:34.219Z",
            "editHistory": [
              {
                "createdAtSec": "1652957000",
                "text": "the train leaves at eight"
              }
            ]
          }
        },
        {
          "messageCreate": {
            "recipientId": "100",
            "reactions": [],
            "urls": [],
            "text": "a cat again https://t.co/Pic0000002",
            "mediaUrls": [
              "https://video.twimg.com/dm_video/1004/vid/x.mp4"
            ],
            "senderId": "200",
            "id": "1004",
            "createdAt": "2022-05-19T10:04:34.219Z",
            "editHistory": []
          }
        },
        {
          "messageCreate": {
            "recipientId": "100",
            "reactions": [],
            "urls": [],
            "text": "",
            "mediaUrls": [],
            "senderId": "200",
            "id": "1003",
            "createdAt": "2022-05-19T10:03:34.219Z",
            "editHistory": []
          }
        },
        {
          "messageCreate": {
            "senderId": "200",
            "recipientId": "100",
            "text": "no moment",
            "id": "1002",
            "createdAt": null
          }
        },
        "torn"
      ]
    }
  },
  {
    "dmConversation": {
      "conversationId": "100-300",
      "messages": [
        {
          "welcomeMessageCreate": {
            "recipientId": "100",
            "senderId": "300",
            "text": "Welcome to the shop!",
            "id": "900",
            "createdAt": "2021-01-01T00:00:00.000Z"
          }
        }
      ]
    }
  }
]