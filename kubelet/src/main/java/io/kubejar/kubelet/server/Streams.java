package io.kubejar.kubelet.server;

/// Which streams an exec or attach has.
public record Streams(boolean stdin, boolean stdout, boolean stderr, boolean tty) {

  /// Those that a request asks for.
  ///
  /// @param tty whether there is a terminal, which has one stream for both outputs
  public static Streams of(Query query, boolean tty) {
    return new Streams(
        query.is("input", "stdin"),
        query.is("output", "stdout"),
        query.is("error", "stderr") && !tty,
        tty);
  }

  /// The same, if there is at least one.
  public Streams any() throws NotServed {
    if (!stdin && !stdout && !stderr) {
      throw new NotServed(400, "you must specify at least 1 of stdin, stdout, stderr");
    }
    return this;
  }
}
