package io.kubejar.standalone;

/// A command that cannot do what it was asked: one line for the user, and the exit code.
final class CommandFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  private CommandFailure(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  /// The command was well formed, but the world is not as it needs to be.
  static CommandFailure because(String message) {
    return new CommandFailure(1, message);
  }

  /// The command itself makes no sense.
  static CommandFailure usage(String message) {
    return new CommandFailure(2, message);
  }

  int exitCode() {
    return exitCode;
  }

  /// The message, which is never null here.
  String line() {
    return String.valueOf(getMessage());
  }
}
