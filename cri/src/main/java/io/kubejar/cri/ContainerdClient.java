package io.kubejar.cri;

import com.google.protobuf.Empty;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.StatusRuntimeException;
import io.kubejar.cri.containerd.events.SubscribeRequest;
import io.kubejar.cri.containerd.images.Image;
import io.kubejar.cri.containerd.images.ListImagesRequest;
import io.kubejar.cri.containerd.tasks.TaskExit;
import io.kubejar.cri.containerd.tasks.TaskOOM;
import io.kubejar.cri.containerd.tasks.TaskStart;
import io.kubejar.cri.containerd.types.Envelope;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// What CRI leaves out and containerd offers on the same socket: events, and images that come from
/// a file. Everything happens in the namespace in which its CRI plugin lives.
public final class ContainerdClient implements AutoCloseable {
  /// The namespace of everything that Kubernetes owns in a containerd.
  public static final String NAMESPACE = "k8s.io";

  private static final String OURS = "namespace==\"" + NAMESPACE + "\"";

  /// As long as for the calls of CRI: a machine may be busy.
  static final Duration QUICK = Duration.ofMinutes(2);

  private final GrpcSocket socket;
  private final io.grpc.Channel channel;
  private final InstantSource clock;

  private ContainerdClient(GrpcSocket socket, InstantSource clock) {
    this.socket = socket;
    this.clock = clock;
    this.channel = socket.channel(Map.of("containerd-namespace", NAMESPACE));
  }

  /// Connects to a containerd at its first use.
  public static ContainerdClient connect(Path socket, InstantSource clock) {
    return new ContainerdClient(GrpcSocket.open(socket), clock);
  }

  /// Answers the version of containerd, such as `1.6.20~ds1`.
  public String version() throws InterruptedException {
    return GrpcSocket.call(
            channel, ContainerdMethods.VERSION, Empty.getDefaultInstance(), Duration.ofSeconds(5))
        .getVersion();
  }

  /// Hands every event of tasks and images to `listener`, until the thread is interrupted or the
  /// stream breaks ([CriException]). `subscribed` runs as soon as the call is out. A broken stream
  /// may have lost events: list again.
  public void subscribe(Runnable subscribed, Consumer<ContainerdEvent> listener)
      throws InterruptedException {
    var request =
        SubscribeRequest.newBuilder()
            .addFilters(OURS + ",topic~=\"^/tasks/(start|exit|oom)$\"")
            .addFilters(OURS + ",topic~=\"^/images/\"")
            .build();
    try {
      var events = GrpcSocket.stream(channel, ContainerdMethods.SUBSCRIBE, request);
      subscribed.run();
      while (events.hasNext()) {
        listener.accept(read(events.next()));
      }
    } catch (StatusRuntimeException e) {
      throw GrpcSocket.translated(ContainerdMethods.SUBSCRIBE, e);
    } catch (InvalidProtocolBufferException e) {
      throw new CriException("containerd sent an event that cannot be read: " + e, false);
    }
  }

  private static ContainerdEvent read(Envelope envelope) throws InvalidProtocolBufferException {
    var bytes = envelope.getEvent().getValue();
    return switch (envelope.getTopic()) {
      case "/tasks/exit" -> {
        var exit = TaskExit.parseFrom(bytes);
        var at = exit.getExitedAt();
        yield new ContainerdEvent.TaskExited(
            exit.getContainerId(),
            exit.getId(),
            exit.getExitStatus(),
            Instant.ofEpochSecond(at.getSeconds(), at.getNanos()));
      }
      case "/tasks/start" ->
          new ContainerdEvent.TaskStarted(TaskStart.parseFrom(bytes).getContainerId());
      case "/tasks/oom" ->
          new ContainerdEvent.TaskOutOfMemory(TaskOOM.parseFrom(bytes).getContainerId());
      default -> new ContainerdEvent.Other(envelope.getTopic());
    };
  }

  /// Imports every image of a docker-archive or of an OCI layout in a tar file (gzip too), and
  /// answers their full names.
  public List<String> importImages(Path tar) throws IOException, InterruptedException {
    return importImages(tar, Map.of());
  }

  /// Imports, with labels on the image records; `io.cri-containerd.pinned: pinned` keeps one from
  /// garbage collection.
  public List<String> importImages(Path tar, Map<String, String> labels)
      throws IOException, InterruptedException {
    try (var archive = ImageArchive.open(tar)) {
      return new ImageImport(socket, channel, labels).run(archive, clock.instant());
    }
  }

  /// Names and digests of all images, as containerd records them.
  public List<ImageName> images() throws InterruptedException {
    var request = ListImagesRequest.getDefaultInstance();
    return GrpcSocket.call(channel, ContainerdMethods.LIST_IMAGES, request, QUICK)
        .getImagesList()
        .stream()
        .map(ContainerdClient::named)
        .toList();
  }

  private static ImageName named(Image image) {
    return new ImageName(image.getName(), image.getTarget().getDigest());
  }

  /// One image record: a name and the digest of the manifest (or index) it points to.
  public record ImageName(String name, String digest) {}

  @Override
  public void close() {
    socket.close();
  }
}
