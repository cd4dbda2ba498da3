package io.kubejar.apimachinery;

import java.util.Set;

/// The words in a [io.kubejar.apimachinery.meta.v1.Status]'s `reason` that clients branch on.
public final class Reasons {
  public static final String UNAUTHORIZED = "Unauthorized";
  public static final String FORBIDDEN = "Forbidden";
  public static final String NOT_FOUND = "NotFound";
  public static final String ALREADY_EXISTS = "AlreadyExists";
  public static final String CONFLICT = "Conflict";
  public static final String GONE = "Gone";
  public static final String INVALID = "Invalid";
  public static final String SERVER_TIMEOUT = "ServerTimeout";
  public static final String STORE_READ_ERROR = "StorageReadError";
  public static final String TIMEOUT = "Timeout";
  public static final String TOO_MANY_REQUESTS = "TooManyRequests";
  public static final String BAD_REQUEST = "BadRequest";
  public static final String METHOD_NOT_ALLOWED = "MethodNotAllowed";
  public static final String NOT_ACCEPTABLE = "NotAcceptable";
  public static final String REQUEST_ENTITY_TOO_LARGE = "RequestEntityTooLarge";
  public static final String UNSUPPORTED_MEDIA_TYPE = "UnsupportedMediaType";
  public static final String INTERNAL_ERROR = "InternalError";
  public static final String EXPIRED = "Expired";
  public static final String SERVICE_UNAVAILABLE = "ServiceUnavailable";

  /// All of the above. Where the reason is none of them, the code decides.
  static final Set<String> KNOWN =
      Set.of(
          UNAUTHORIZED,
          FORBIDDEN,
          NOT_FOUND,
          ALREADY_EXISTS,
          CONFLICT,
          GONE,
          INVALID,
          SERVER_TIMEOUT,
          STORE_READ_ERROR,
          TIMEOUT,
          TOO_MANY_REQUESTS,
          BAD_REQUEST,
          METHOD_NOT_ALLOWED,
          NOT_ACCEPTABLE,
          REQUEST_ENTITY_TOO_LARGE,
          UNSUPPORTED_MEDIA_TYPE,
          INTERNAL_ERROR,
          EXPIRED,
          SERVICE_UNAVAILABLE);

  private Reasons() {}
}
