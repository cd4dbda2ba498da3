package io.kubejar.cri.linux;

import io.kubejar.cri.ContainerdClient;
import io.kubejar.cri.CriClient;
import io.kubejar.cri.CriException;
import io.kubejar.cri.PauseImage;
import io.kubejar.cri.runtime.v1.PodSandboxFilter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A containerd of our own: its own configuration, data, sockets, and a process that outlives us,
/// so that containers go on while this program is restarted. Found running, it is adopted.
public final class ManagedContainerd {
  private static final Logger log = LoggerFactory.getLogger(ManagedContainerd.class);
  private static final Duration START_LIMIT = Duration.ofSeconds(30);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(20);
  private static final Path RUNC =
      Path.of("/run/containerd/runc").resolve(ContainerdClient.NAMESPACE);
  private static final Duration FIRST_LOOK = Duration.ofMillis(15);
  private static final Duration LONGEST_LOOK = Duration.ofMillis(250);
  private static final Map<String, String> PINNED = Map.of("io.cri-containerd.pinned", "pinned");

  private final ContainerdOptions options;
  private final InstantSource clock;
  private final boolean adopted;
  private volatile ProcessHandle process;

  private ManagedContainerd(
      ContainerdOptions options, InstantSource clock, ProcessHandle process, boolean adopted) {
    this.options = options;
    this.clock = clock;
    this.process = process;
    this.adopted = adopted;
  }

  /// Adopts the containerd that runs from these directories, or starts one; returns when CRI
  /// answers and the pause image is there.
  public static ManagedContainerd start(ContainerdOptions options, InstantSource clock)
      throws IOException, InterruptedException {
    var running = running(options);
    var containerd =
        running.isPresent()
            ? new ManagedContainerd(options, clock, running.get(), true)
            : new ManagedContainerd(options, clock, launch(options), false);
    containerd.awaitReady();
    containerd.ensurePauseImage();
    log.info(
        "containerd pid={} adopted={} socket={}",
        containerd.process.pid(),
        containerd.adopted,
        options.socket());
    return containerd;
  }

  /// The containerd of these directories, when it runs.
  public static Optional<ManagedContainerd> find(ContainerdOptions options, InstantSource clock)
      throws IOException {
    return running(options).map(process -> new ManagedContainerd(options, clock, process, true));
  }

  private static Optional<ProcessHandle> running(ContainerdOptions options) throws IOException {
    if (!Files.exists(options.pidFile())) {
      return Optional.empty();
    }
    long pid;
    try {
      pid = Long.parseLong(Files.readString(options.pidFile()).strip());
    } catch (NumberFormatException e) {
      return Optional.empty(); // Half written by a machine that went down.
    }
    var commandLine = Path.of("/proc", Long.toString(pid), "cmdline");
    if (!Files.exists(commandLine)) {
      return Optional.empty();
    }
    // A pid is used again one day: only the process that was given our configuration is ours.
    boolean ours =
        Files.readString(commandLine, StandardCharsets.ISO_8859_1)
            .contains("\0" + options.config() + "\0");
    return ours ? ProcessHandle.of(pid) : Optional.empty();
  }

  private static ProcessHandle launch(ContainerdOptions options) throws IOException {
    if (!Files.isExecutable(options.binary())) {
      throw new IOException("containerd is not installed: there is no " + options.binary());
    }
    for (var directory :
        List.of(options.root(), options.state(), options.cniConfig(), options.runDirectory())) {
      Files.createDirectories(directory);
    }
    Files.writeString(options.config(), ContainerdConfig.text(options));
    Files.deleteIfExists(options.socket());
    // A session of its own: a signal to our terminal or process group must not reach it.
    var builder =
        new ProcessBuilder(
            "setsid", options.binary().toString(), "--config", options.config().toString());
    builder.directory(options.directory().toFile());
    builder
        .environment()
        .put("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    builder.environment().remove("NOTIFY_SOCKET");
    builder.redirectInput(Path.of("/dev/null").toFile());
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(options.log().toFile()));
    var process = builder.start().toHandle();
    Files.writeString(options.pidFile(), Long.toString(process.pid()));
    return process;
  }

  private void awaitReady() throws IOException, InterruptedException {
    var end = clock.instant().plus(START_LIMIT);
    var pause = FIRST_LOOK;
    while (true) {
      String failure = Files.exists(options.socket()) ? probe() : "no socket yet";
      if (failure.isEmpty()) {
        return;
      }
      if (clock.instant().isAfter(end)) {
        throw new IOException("containerd is not ready: " + failure + "; see " + options.log());
      }
      // containerd tells nobody when its CRI plugin is ready (its socket is there before that, and
      // NOTIFY_SOCKET is written when the socket is): ask again, more and more seldom, or at once
      // when it has ended.
      if (ended(pause)) {
        throw new IOException("containerd ended while starting; see " + options.log());
      }
      var longer = pause.multipliedBy(2);
      pause = longer.compareTo(LONGEST_LOOK) < 0 ? longer : LONGEST_LOOK;
    }
  }

  private String probe() throws InterruptedException {
    try (var cri = CriClient.connect(options.socket())) {
      cri.listPodSandbox(PodSandboxFilter.getDefaultInstance());
      return "";
    } catch (CriException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private boolean ended(Duration limit) throws InterruptedException {
    try {
      process.onExit().get(limit.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return !process.isAlive();
    } catch (ExecutionException e) {
      throw new IllegalStateException("waiting for containerd", e);
    }
  }

  private void ensurePauseImage() throws IOException, InterruptedException {
    try (var containerd = ContainerdClient.connect(options.socket(), clock)) {
      if (containerd.images().stream().anyMatch(image -> image.name().equals(PauseImage.NAME))) {
        return;
      }
      var archive = Files.createTempFile(options.directory(), "pause-", ".tar");
      try {
        PauseImage.write(archive);
        containerd.importImages(archive, PINNED);
      } finally {
        Files.delete(archive);
      }
    }
  }

  /// Watches over a containerd until it is stopped.
  @FunctionalInterface
  public interface Guard {
    void stop() throws InterruptedException;
  }

  /// Starts containerd again whenever it ends, until stopped. Its containers have gone on
  /// meanwhile, each under its own shim.
  public Guard keepRunning() {
    var guard = Thread.ofVirtual().name("containerd-guard").start(this::guard);
    return () -> {
      guard.interrupt();
      guard.join();
    };
  }

  private void guard() {
    try {
      while (true) {
        process.onExit().get();
        log.error("containerd pid={} has ended; it is started again", process.pid());
        process = launch(options);
        awaitReady();
      }
    } catch (InterruptedException _) {
      log.debug("containerd is left alone");
    } catch (IOException | ExecutionException e) {
      log.error("containerd does not come back", e);
    }
  }

  public Path socket() {
    return options.socket();
  }

  public long pid() {
    return process.pid();
  }

  /// Whether it ran before [#start] was called.
  public boolean adopted() {
    return adopted;
  }

  /// Ends containerd; its containers go on, each under its own shim.
  public void stop() throws IOException, InterruptedException {
    process.destroy();
    if (!ended(STOP_LIMIT)) {
      process.destroyForcibly();
      ended(STOP_LIMIT);
    }
    Files.deleteIfExists(options.pidFile());
  }

  /// Ends every container, shim and containerd itself, and removes all their mounts and files.
  public void purge() throws IOException, InterruptedException {
    removeSandboxes();
    stop();
    purge(options);
  }

  /// Removes what a containerd that no longer runs left in its directories.
  public static void purge(ContainerdOptions options) throws IOException, InterruptedException {
    for (var shim : shims(options)) {
      log.info("containerd purge kills the shim pid={}", shim.pid());
      var children = shim.descendants().toList();
      var networks = Networks.of(children);
      shim.destroyForcibly();
      children.forEach(ProcessHandle::destroyForcibly);
      for (var handle : children) {
        awaitEnd(handle);
      }
      awaitEnd(shim);
      Networks.remove(networks);
    }
    deleteWhatShimsLeft(options);
    Mounts.unmountBelow(options.runDirectory());
    Mounts.unmountBelow(options.directory());
    delete(options.runDirectory());
    delete(options.directory());
  }

  /// A shim that was killed leaves its socket, at a place that no configuration moves; it wrote
  /// down where.
  private static void deleteWhatShimsLeft(ContainerdOptions options) throws IOException {
    var tasks =
        options
            .state()
            .resolve("io.containerd.runtime.v2.task")
            .resolve(ContainerdClient.NAMESPACE);
    if (!Files.isDirectory(tasks)) {
      return;
    }
    try (var all = Files.list(tasks)) {
      for (var task : all.toList()) {
        delete(RUNC.resolve(task.getFileName()));
        var address = task.resolve("address");
        if (Files.exists(address)) {
          String socket = Files.readString(address).strip();
          if (socket.startsWith("unix://")) {
            Files.deleteIfExists(Path.of(socket.substring("unix://".length())));
          }
        }
      }
    }
  }

  private static void awaitEnd(ProcessHandle handle) throws InterruptedException {
    try {
      handle.onExit().get(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      log.warn("process pid={} does not end", handle.pid());
    } catch (ExecutionException e) {
      throw new IllegalStateException("waiting for a process", e);
    }
  }

  private void removeSandboxes() throws InterruptedException {
    try (var cri = CriClient.connect(options.socket())) {
      // All at once: each waits for its containers and its network.
      var removals =
          cri.listPodSandbox(PodSandboxFilter.getDefaultInstance()).stream()
              .map(sandbox -> Thread.ofVirtual().start(() -> remove(cri, sandbox.getId())))
              .toList();
      for (var removal : removals) {
        removal.join();
      }
    } catch (CriException e) {
      log.warn("containerd does not list its sandboxes: {}", e.getMessage());
    }
  }

  private static void remove(CriClient cri, String sandbox) {
    try {
      cri.stopPodSandbox(sandbox);
      cri.removePodSandbox(sandbox);
    } catch (CriException e) {
      log.warn("sandbox id={} is not removed: {}", sandbox, e.getMessage());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static List<ProcessHandle> shims(ContainerdOptions options) {
    var shims = new ArrayList<ProcessHandle>();
    String address = "\0" + options.socket() + "\0";
    ProcessHandle.allProcesses()
        .filter(process -> commandLine(process.pid()).contains(address))
        .filter(process -> commandLine(process.pid()).contains("containerd-shim"))
        .forEach(shims::add);
    return shims;
  }

  private static String commandLine(long pid) {
    try {
      return Files.readString(
          Path.of("/proc", Long.toString(pid), "cmdline"), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return ""; // It has ended since.
    }
  }

  private static void delete(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (var paths = Files.walk(directory)) {
      for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
