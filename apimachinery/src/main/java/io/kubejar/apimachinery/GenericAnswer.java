package io.kubejar.apimachinery;

/// The reason and the message that stand for an HTTP status code alone.
record GenericAnswer(String reason, String message) {

  static GenericAnswer of(int code, String method, String body) {
    return switch (code) {
      case 400 ->
          new GenericAnswer(
              Reasons.BAD_REQUEST, "the server rejected our request for an unknown reason");
      case 401 ->
          new GenericAnswer(
              Reasons.UNAUTHORIZED, "the server has asked for the client to provide credentials");
      case 403 -> new GenericAnswer(Reasons.FORBIDDEN, body);
      case 404 ->
          new GenericAnswer(Reasons.NOT_FOUND, "the server could not find the requested resource");
      case 405 ->
          new GenericAnswer(
              Reasons.METHOD_NOT_ALLOWED,
              "the server does not allow this method on the requested resource");
      case 406 ->
          new GenericAnswer(
              Reasons.NOT_ACCEPTABLE,
              body.isEmpty() || body.equals("unknown")
                  ? "the server was unable to respond with a content type that the client supports"
                  : body);
      case 409 ->
          new GenericAnswer(
              method.equals("POST") ? Reasons.ALREADY_EXISTS : Reasons.CONFLICT,
              "the server reported a conflict");
      case 415 -> new GenericAnswer(Reasons.UNSUPPORTED_MEDIA_TYPE, body);
      case 422 ->
          new GenericAnswer(
              Reasons.INVALID, "the server rejected our request due to an error in our request");
      case 429 ->
          new GenericAnswer(
              Reasons.TOO_MANY_REQUESTS,
              "the server has received too many requests and has asked us to try again later");
      case 503 ->
          new GenericAnswer(
              Reasons.SERVICE_UNAVAILABLE, "the server is currently unable to handle the request");
      case 504 ->
          new GenericAnswer(
              Reasons.TIMEOUT,
              "the server was unable to return a response in the time allotted, but may still be"
                  + " processing the request");
      default -> {
        if (code >= 500) {
          yield new GenericAnswer(
              Reasons.INTERNAL_ERROR,
              "an error on the server ("
                  + GoText.quoted(body)
                  + ") has prevented the request from succeeding");
        }
        yield new GenericAnswer(
            "",
            "the server responded with the status code "
                + code
                + " but did not return more information");
      }
    };
  }
}
