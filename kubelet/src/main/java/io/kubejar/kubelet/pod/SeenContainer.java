package io.kubejar.kubelet.pod;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A container as the runtime has it.
///
/// @param attempt how many of the same name came before it
/// @param hash of the spec it was made from
public record SeenContainer(
    String id,
    String sandboxId,
    String name,
    int attempt,
    State state,
    Instant createdAt,
    @Nullable Instant startedAt,
    @Nullable Instant finishedAt,
    int exitCode,
    String reason,
    String message,
    String image,
    String imageId,
    String hash,
    String logPath) {

  /// The states of CRI.
  public enum State {
    CREATED,
    RUNNING,
    EXITED,
    UNKNOWN
  }

  public boolean running() {
    return state == State.RUNNING;
  }

  public boolean ended() {
    return state == State.EXITED || state == State.UNKNOWN;
  }

  public boolean succeeded() {
    return state == State.EXITED && exitCode == 0;
  }
}
