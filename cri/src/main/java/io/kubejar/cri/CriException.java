package io.kubejar.cri;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;

/// A call that the runtime refused or that did not reach it.
public final class CriException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Status.Code code;

  CriException(String call, StatusRuntimeException cause) {
    super(text(call, cause.getStatus()), cause);
    this.code = cause.getStatus().getCode();
  }

  /// For fakes and for failures that are found on this side of the socket.
  public CriException(String message, boolean notFound) {
    super(message);
    this.code = notFound ? Status.Code.NOT_FOUND : Status.Code.UNKNOWN;
  }

  private static String text(String call, Status status) {
    String description = status.getDescription();
    return "rpc error: code = "
        + goName(status.getCode())
        + " desc = "
        + (description == null ? call + " failed" : description);
  }

  /// The name Go's gRPC gives to a code: people search for these words.
  private static String goName(Status.Code code) {
    var name = new StringBuilder();
    for (String part : code.name().split("_", -1)) {
      name.append(part.charAt(0)).append(part.substring(1).toLowerCase(java.util.Locale.ROOT));
    }
    return name.toString();
  }

  /// Whether the runtime does not know the thing that was asked for.
  public boolean notFound() {
    return code == Status.Code.NOT_FOUND;
  }

  /// Whether the thing that was to be made is there already.
  public boolean alreadyExists() {
    return code == Status.Code.ALREADY_EXISTS;
  }

  /// Whether no answer came: the runtime is not there, or took too long.
  public boolean unreachable() {
    return code == Status.Code.UNAVAILABLE || code == Status.Code.DEADLINE_EXCEEDED;
  }

  /// Whether the call ran out of the time it was given.
  public boolean timedOut() {
    return code == Status.Code.DEADLINE_EXCEEDED;
  }

  /// Whether the runtime does not have this call at all.
  public boolean unimplemented() {
    return code == Status.Code.UNIMPLEMENTED;
  }
}
