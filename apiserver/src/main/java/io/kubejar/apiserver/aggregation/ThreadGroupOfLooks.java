package io.kubejar.apiserver.aggregation;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Virtual threads that can be ended together.
final class ThreadGroupOfLooks implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ThreadGroupOfLooks.class);

  private final Set<Thread> running = ConcurrentHashMap.newKeySet();

  /// What a thread does.
  @FunctionalInterface
  interface Work {
    void run() throws InterruptedException;
  }

  void start(Work work) {
    var thread =
        Thread.ofVirtual()
            .name("aggregation")
            .unstarted(
                () -> {
                  try {
                    work.run();
                  } catch (InterruptedException _) {
                    log.debug("A look at another server was ended.");
                  } finally {
                    running.remove(Thread.currentThread());
                  }
                });
    running.add(thread);
    thread.start();
  }

  @Override
  public void close() {
    running.forEach(Thread::interrupt);
  }
}
