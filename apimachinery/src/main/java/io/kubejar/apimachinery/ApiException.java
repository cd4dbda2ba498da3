package io.kubejar.apimachinery;

import io.kubejar.apimachinery.meta.v1.Status;
import io.kubejar.apimachinery.meta.v1.StatusCause;
import io.kubejar.apimachinery.meta.v1.StatusDetails;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A request that was refused, with the [Status] that tells the client why.
///
/// The factories give the code, reason, message and details that upstream gives, because clients
/// branch on all four. Only one place of the API server turns it into an answer; a client gets it
/// back from that answer.
public final class ApiException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// What `optimistic locking` failures say.
  public static final String MODIFIED =
      "the object has been modified; please apply your changes to the latest version and try again";

  private final transient Status status;

  public ApiException(Status status) {
    this(status, null);
  }

  public ApiException(Status status, @Nullable Throwable cause) {
    super(status.message(), cause);
    this.status = status;
  }

  /// The answer as the client sees it.
  public Status status() {
    return status;
  }

  /// The HTTP status code.
  public int code() {
    return status.code();
  }

  /// The reason as a word, such as `NotFound`; empty if the server gave none.
  public String reason() {
    return status.reason();
  }

  public boolean is(String reason) {
    return reason.equals(status.reason());
  }

  public boolean isNotFound() {
    return is(Reasons.NOT_FOUND) || (unknownReason() && code() == 404);
  }

  public boolean isAlreadyExists() {
    return is(Reasons.ALREADY_EXISTS);
  }

  public boolean isConflict() {
    return is(Reasons.CONFLICT) || (unknownReason() && code() == 409);
  }

  public boolean isInvalid() {
    return is(Reasons.INVALID) || (unknownReason() && code() == 422);
  }

  public boolean isForbidden() {
    return is(Reasons.FORBIDDEN) || (unknownReason() && code() == 403);
  }

  /// Whether the asked-for revision is no longer kept: list again.
  public boolean isExpired() {
    return is(Reasons.EXPIRED) || is(Reasons.GONE) || (unknownReason() && code() == 410);
  }

  public boolean isTooManyRequests() {
    return is(Reasons.TOO_MANY_REQUESTS) || code() == 429;
  }

  /// Whether the namespace of a new object is being deleted.
  public boolean isNamespaceTerminating() {
    return isForbidden() && cause("NamespaceTerminating").isPresent();
  }

  /// How long the server asks to wait before the next try, if it does.
  public Optional<Integer> retryAfterSeconds() {
    var details = status.details();
    return details == null || details.retryAfterSeconds() <= 0
        ? Optional.empty()
        : Optional.of(details.retryAfterSeconds());
  }

  /// The first cause of this kind.
  public Optional<StatusCause> cause(String reason) {
    var details = status.details();
    return details == null
        ? Optional.empty()
        : details.causes().stream().filter(cause -> cause.reason().equals(reason)).findFirst();
  }

  private boolean unknownReason() {
    return !Reasons.KNOWN.contains(status.reason());
  }

  /// The same refusal with one more cause.
  public ApiException withCause(StatusCause cause) {
    var details = Objects.requireNonNullElse(status.details(), StatusDetails.EMPTY);
    var causes = new ArrayList<>(details.causes());
    causes.add(cause);
    return new ApiException(status.withDetails(details.withCauses(List.copyOf(causes))), this);
  }

  public static ApiException notFound(GroupResource resource, String name) {
    return of(
        404,
        Reasons.NOT_FOUND,
        resource + " " + quoted(name) + " not found",
        details(resource, name));
  }

  /// Nothing is served at a path.
  public static ApiException nothingThere() {
    var generic = GenericAnswer.of(404, "", "");
    return of(404, generic.reason(), generic.message(), StatusDetails.EMPTY);
  }

  public static ApiException alreadyExists(GroupResource resource, String name) {
    return of(
        409,
        Reasons.ALREADY_EXISTS,
        resource + " " + quoted(name) + " already exists",
        details(resource, name));
  }

  /// After `generateName` has hit a name in use too often.
  public static ApiException generateNameConflict(
      GroupResource resource, String name, int retryAfterSeconds) {
    return of(
        409,
        Reasons.ALREADY_EXISTS,
        resource
            + " "
            + quoted(name)
            + " already exists, the server was not able to generate a unique name for the object",
        details(resource, name).withRetryAfterSeconds(retryAfterSeconds));
  }

  public static ApiException unauthorized(String message) {
    return of(401, Reasons.UNAUTHORIZED, message.isEmpty() ? "not authorized" : message, null);
  }

  /// Refused by authorization or admission. The name may be empty.
  public static ApiException forbidden(GroupResource resource, String name, String why) {
    String message;
    if (resource.resource().isEmpty() && resource.group().isEmpty()) {
      message = "forbidden: " + why;
    } else if (name.isEmpty()) {
      message = resource + " is forbidden: " + why;
    } else {
      message = resource + " " + quoted(name) + " is forbidden: " + why;
    }
    return of(403, Reasons.FORBIDDEN, message, details(resource, name));
  }

  public static ApiException conflict(GroupResource resource, String name, String why) {
    return of(
        409,
        Reasons.CONFLICT,
        "Operation cannot be fulfilled on " + resource + " " + quoted(name) + ": " + why,
        details(resource, name));
  }

  /// A write based on an old resourceVersion.
  public static ApiException modified(GroupResource resource, String name) {
    return conflict(resource, name, MODIFIED);
  }

  /// A server-side apply that would change fields of others.
  public static ApiException applyConflict(List<StatusCause> causes, String message) {
    return of(409, Reasons.CONFLICT, message, StatusDetails.EMPTY.withCauses(causes));
  }

  public static ApiException gone(String message) {
    return of(410, Reasons.GONE, message, null);
  }

  /// The asked-for revision or continue token is too old.
  public static ApiException expired(String message) {
    return of(410, Reasons.EXPIRED, message, null);
  }

  /// Fields that do not validate; `causes` has one entry per field error, with the error's text
  /// without the field.
  public static ApiException invalid(
      String group, String kind, String name, List<StatusCause> causes) {
    var what = (group.isEmpty() ? kind : kind + "." + group) + " " + quoted(name) + " is invalid";
    var details =
        StatusDetails.EMPTY.withGroup(group).withKind(kind).withName(name).withCauses(causes);
    return of(
        422, Reasons.INVALID, causes.isEmpty() ? what : what + ": " + aggregated(causes), details);
  }

  public static ApiException badRequest(String message) {
    return of(400, Reasons.BAD_REQUEST, message, null);
  }

  public static ApiException methodNotAllowed(GroupResource resource, String action) {
    return of(
        405,
        Reasons.METHOD_NOT_ALLOWED,
        action + " is not supported on resources of kind " + quoted(resource.toString()),
        StatusDetails.EMPTY.withGroup(resource.group()).withKind(resource.resource()));
  }

  public static ApiException notAcceptable(String message) {
    return of(406, Reasons.NOT_ACCEPTABLE, message, null);
  }

  public static ApiException unsupportedMediaType(String message) {
    return of(415, Reasons.UNSUPPORTED_MEDIA_TYPE, message, null);
  }

  public static ApiException requestEntityTooLarge(String message) {
    return of(413, Reasons.REQUEST_ENTITY_TOO_LARGE, "Request entity too large: " + message, null);
  }

  public static ApiException tooManyRequests(String message, int retryAfterSeconds) {
    return of(
        429,
        Reasons.TOO_MANY_REQUESTS,
        message,
        StatusDetails.EMPTY.withRetryAfterSeconds(retryAfterSeconds));
  }

  public static ApiException serviceUnavailable(String message) {
    return of(503, Reasons.SERVICE_UNAVAILABLE, message, null);
  }

  /// The operation did not finish in time and may be tried again.
  public static ApiException serverTimeout(
      GroupResource resource, String operation, int retryAfterSeconds) {
    return of(
        500,
        Reasons.SERVER_TIMEOUT,
        "The "
            + operation
            + " operation against "
            + resource
            + " could not be completed at this time, please try again.",
        details(resource, operation).withRetryAfterSeconds(retryAfterSeconds));
  }

  /// The request took too long; it may still be carried out.
  public static ApiException timeout(String message, int retryAfterSeconds) {
    return of(
        504,
        Reasons.TIMEOUT,
        "Timeout: " + message,
        StatusDetails.EMPTY.withRetryAfterSeconds(retryAfterSeconds));
  }

  /// Something is wrong on our side.
  public static ApiException internal(Throwable cause) {
    var why = Objects.requireNonNullElse(cause.getMessage(), cause.toString());
    return new ApiException(internal(why).status, cause);
  }

  public static ApiException internal(String why) {
    return of(
        500,
        Reasons.INTERNAL_ERROR,
        "Internal error occurred: " + why,
        StatusDetails.EMPTY.withCauses(List.of(StatusCause.EMPTY.withMessage(why))));
  }

  /// An error that upstream lets through without a reason. It looks like a fault of the server even
  /// where it is none.
  public static ApiException unexplained(String message) {
    return of(500, "", message, null);
  }

  /// A patch that is well-formed but does not fit the object. Upstream keeps the details to itself.
  public static ApiException unprocessable(Throwable cause) {
    var refused =
        of(
            422,
            Reasons.INVALID,
            "the server rejected our request due to an error in our request",
            StatusDetails.EMPTY);
    return new ApiException(refused.status, cause);
  }

  /// What a client makes of an error answer that is no [Status].
  public static ApiException fromAnswer(
      int code, String method, GroupResource resource, String name, String body) {
    var generic = GenericAnswer.of(code, method, body);
    var message = new StringBuilder(generic.message());
    if (!resource.resource().isEmpty()) {
      message.append(" (").append(method.toLowerCase(Locale.ROOT)).append(' ').append(resource);
      message.append(name.isEmpty() ? "" : " " + name).append(')');
    }
    var cause = StatusCause.EMPTY.withReason("UnexpectedServerResponse").withMessage(body);
    return of(
        code,
        generic.reason(),
        message.toString(),
        details(resource, name).withCauses(List.of(cause)));
  }

  private static ApiException of(
      int code, String reason, String message, @Nullable StatusDetails details) {
    return new ApiException(
        Status.builder()
            .status("Failure")
            .code(code)
            .reason(reason)
            .message(message)
            .details(details)
            .build());
  }

  private static StatusDetails details(GroupResource resource, String name) {
    return StatusDetails.EMPTY
        .withGroup(resource.group())
        .withKind(resource.resource())
        .withName(name);
  }

  /// One error as it is, several distinct ones in brackets.
  private static String aggregated(List<StatusCause> causes) {
    var texts =
        causes.stream().map(cause -> cause.field() + ": " + cause.message()).distinct().toList();
    return texts.size() == 1 ? texts.getFirst() : "[" + String.join(", ", texts) + "]";
  }

  private static String quoted(String text) {
    return GoText.quoted(text);
  }
}
