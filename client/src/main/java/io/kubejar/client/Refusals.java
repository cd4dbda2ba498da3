package io.kubejar.client;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.Reasons;
import io.kubejar.apimachinery.json.JsonFormatException;
import io.kubejar.apimachinery.meta.v1.Status;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/// Turns whatever went wrong with a request into an [ApiException].
final class Refusals {
  private static final int MESSAGE_MAX = 2048;

  private Refusals() {}

  /// The answer of a server: its Status, or one made up from the code if something in between
  /// answered.
  static ApiException answered(int code, byte[] body) {
    try {
      var status = Status.CODEC.fromJson(body);
      if (status.status().equals("Failure")) {
        return new ApiException(status.code() == 0 ? status.withCode(code) : status);
      }
    } catch (JsonFormatException _) {
      // Not from an API server: a proxy's page, or text.
    }
    var text = new String(body, 0, Math.min(body.length, MESSAGE_MAX), StandardCharsets.UTF_8);
    return new ApiException(
        Status.builder()
            .status("Failure")
            .code(code)
            .reason(reason(code))
            .message("the server answered " + code + ": " + text.strip())
            .build());
  }

  static ApiException unreachable(String what, IOException cause) {
    var why = Objects.requireNonNullElse(cause.getMessage(), cause.toString());
    var status = ApiException.serviceUnavailable(what + ": " + why).status();
    return new ApiException(status, cause);
  }

  static ApiException unreadable(JsonFormatException cause) {
    return ApiException.internal(cause);
  }

  private static String reason(int code) {
    return switch (code) {
      case 400 -> Reasons.BAD_REQUEST;
      case 401 -> Reasons.UNAUTHORIZED;
      case 403 -> Reasons.FORBIDDEN;
      case 404 -> Reasons.NOT_FOUND;
      case 405 -> Reasons.METHOD_NOT_ALLOWED;
      case 406 -> Reasons.NOT_ACCEPTABLE;
      case 409 -> Reasons.CONFLICT;
      case 410 -> Reasons.GONE;
      case 413 -> Reasons.REQUEST_ENTITY_TOO_LARGE;
      case 415 -> Reasons.UNSUPPORTED_MEDIA_TYPE;
      case 422 -> Reasons.INVALID;
      case 429 -> Reasons.TOO_MANY_REQUESTS;
      case 503 -> Reasons.SERVICE_UNAVAILABLE;
      case 504 -> Reasons.TIMEOUT;
      default -> code >= 500 ? Reasons.INTERNAL_ERROR : "";
    };
  }
}
