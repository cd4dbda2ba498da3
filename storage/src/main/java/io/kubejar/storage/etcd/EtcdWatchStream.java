package io.kubejar.storage.etcd;

import io.etcd.jetcd.api.MaintenanceGrpc;
import io.etcd.jetcd.api.StatusRequest;
import io.etcd.jetcd.api.WatchCreateRequest;
import io.etcd.jetcd.api.WatchGrpc;
import io.etcd.jetcd.api.WatchProgressRequest;
import io.etcd.jetcd.api.WatchRequest;
import io.etcd.jetcd.api.WatchResponse;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// One watch on one member, read by one thread, one response at a time.
final class EtcdWatchStream implements AutoCloseable {
  private static final int TIMEOUT_SECONDS = 5;

  /// What the stream brings.
  private sealed interface Arrival {
    record Response(WatchResponse response) implements Arrival {}

    record Broken(StatusRuntimeException error) implements Arrival {}
  }

  /// Holds one response, because only one is asked for at a time, and the end of the stream.
  private final BlockingQueue<Arrival> arrivals = new ArrayBlockingQueue<>(2);

  private final ReentrantLock sending = new ReentrantLock();
  private final boolean progressIsSound;
  private @Nullable ClientCallStreamObserver<WatchRequest> requests;

  private EtcdWatchStream(boolean progressIsSound) {
    this.progressIsSound = progressIsSound;
  }

  static EtcdWatchStream open(
      Channel channel, io.kubejar.storage.WatchRequest watch, long fromRevision) {
    var status =
        MaintenanceGrpc.newBlockingStub(channel)
            .withDeadlineAfter(TIMEOUT_SECONDS, TimeUnit.SECONDS)
            .status(StatusRequest.getDefaultInstance());
    var stream = new EtcdWatchStream(EtcdVersion.parse(status.getVersion()).hasSoundProgress());
    WatchGrpc.newStub(channel).watch(stream.new Receiver());
    var create =
        WatchCreateRequest.newBuilder()
            .setKey(EtcdMessages.start(watch.prefix()))
            .setRangeEnd(EtcdMessages.endOf(watch.prefix()))
            .setStartRevision(fromRevision)
            .setPrevKv(watch.previousValues())
            .setProgressNotify(true)
            .build();
    stream.send(WatchRequest.newBuilder().setCreateRequest(create).build());
    return stream;
  }

  /// The next response.
  ///
  /// @throws StatusRuntimeException when the stream has ended
  WatchResponse take() throws InterruptedException {
    return switch (arrivals.take()) {
      case Arrival.Response(var response) -> {
        observer().request(1);
        yield response;
      }
      case Arrival.Broken(var error) -> throw error;
    };
  }

  void requestProgress() {
    if (progressIsSound) {
      var progress = WatchProgressRequest.getDefaultInstance();
      send(WatchRequest.newBuilder().setProgressRequest(progress).build());
    }
  }

  private void send(WatchRequest request) {
    sending.lock();
    try {
      observer().onNext(request);
    } catch (IllegalStateException e) {
      // The stream has ended meanwhile, which its reader hears of.
      arrivals.offer(broken(Status.CANCELLED.withCause(e)));
    } finally {
      sending.unlock();
    }
  }

  private ClientCallStreamObserver<WatchRequest> observer() {
    if (requests == null) {
      throw new IllegalStateException("the stream has not begun");
    }
    return requests;
  }

  private static Arrival broken(Status status) {
    return new Arrival.Broken(status.asRuntimeException());
  }

  @Override
  public void close() {
    observer().cancel("the watch is closed", null);
  }

  private final class Receiver implements ClientResponseObserver<WatchRequest, WatchResponse> {
    @Override
    public void beforeStart(ClientCallStreamObserver<WatchRequest> stream) {
      requests = stream;
      stream.disableAutoRequestWithInitial(1);
    }

    @Override
    public void onNext(WatchResponse response) {
      if (!arrivals.offer(new Arrival.Response(response))) {
        throw new IllegalStateException("more responses than were asked for");
      }
    }

    @Override
    public void onError(Throwable error) {
      arrivals.offer(broken(Status.fromThrowable(error)));
    }

    @Override
    public void onCompleted() {
      arrivals.offer(broken(Status.UNAVAILABLE.withDescription("the member ended the stream")));
    }
  }
}
