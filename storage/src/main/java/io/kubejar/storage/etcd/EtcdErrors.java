package io.kubejar.storage.etcd;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;

/// What etcd means by its errors. It tells them apart by their texts only.
final class EtcdErrors {

  /// What a failure says about the request.
  enum Kind {
    /// It was not executed, and may succeed elsewhere or later.
    NOT_DONE,
    /// It may have been executed.
    UNKNOWN,
    /// The token is not valid any more; not executed.
    LOGIN_NEEDED,
    /// The lease named is gone; not executed.
    LEASE_GONE,
    COMPACTED,
    FUTURE,
    TOO_LARGE,
    /// It was refused and would be again.
    REFUSED
  }

  private EtcdErrors() {}

  static Kind kindOf(StatusRuntimeException error) {
    var text = String.valueOf(error.getStatus().getDescription());
    return switch (error.getStatus().getCode()) {
      case OUT_OF_RANGE -> outOfRange(text);
      case UNAVAILABLE -> text.contains("no leader") ? Kind.NOT_DONE : Kind.UNKNOWN;
      case RESOURCE_EXHAUSTED -> text.contains("too many requests") ? Kind.NOT_DONE : Kind.REFUSED;
      case UNAUTHENTICATED -> Kind.LOGIN_NEEDED;
      case INVALID_ARGUMENT -> invalid(text);
      case NOT_FOUND -> text.contains("lease not found") ? Kind.LEASE_GONE : Kind.REFUSED;
      case DEADLINE_EXCEEDED, CANCELLED, UNKNOWN, INTERNAL, ABORTED, DATA_LOSS -> Kind.UNKNOWN;
      case FAILED_PRECONDITION, PERMISSION_DENIED, UNIMPLEMENTED, ALREADY_EXISTS, OK ->
          Kind.REFUSED;
    };
  }

  private static Kind outOfRange(String text) {
    if (text.contains("has been compacted")) {
      return Kind.COMPACTED;
    }
    return text.contains("future revision") ? Kind.FUTURE : Kind.REFUSED;
  }

  private static Kind invalid(String text) {
    if (text.contains("request is too large") || text.contains("too many operations")) {
      return Kind.TOO_LARGE;
    }
    boolean login = text.contains("auth store is old") || text.contains("user name is empty");
    return login ? Kind.LOGIN_NEEDED : Kind.REFUSED;
  }

  static String describe(StatusRuntimeException error) {
    Status status = error.getStatus();
    return status.getDescription() == null ? status.getCode().toString() : status.getDescription();
  }
}
