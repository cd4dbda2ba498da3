package io.kubejar.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/// Bytes both ways. The two directions may be used by two threads, and either may end first.
public interface DuplexStream extends AutoCloseable {
  /// What the peer sends; ends when the peer ends its direction.
  InputStream input();

  /// What the peer will get. Closing it is the same as [#closeOutput].
  OutputStream output();

  /// Ends our direction; the other one goes on.
  void closeOutput() throws IOException;

  /// Ends both directions and wakes whoever is blocked in them.
  @Override
  void close();
}
