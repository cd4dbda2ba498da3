package io.kubejar.kubelet;

import io.kubejar.api.core.v1.Container;
import io.kubejar.cri.CriClient;
import io.kubejar.cri.runtime.v1.AttachRequest;
import io.kubejar.cri.runtime.v1.ExecRequest;
import io.kubejar.cri.runtime.v1.PortForwardRequest;
import io.kubejar.http.Exchange;
import io.kubejar.http.Headers;
import io.kubejar.http.Relay;
import io.kubejar.http.UpgradeClient;
import io.kubejar.kubelet.pod.PodFacts;
import io.kubejar.kubelet.pod.SeenContainer;
import io.kubejar.kubelet.pod.SeenSandbox;
import io.kubejar.kubelet.server.NotServed;
import io.kubejar.kubelet.server.Query;
import io.kubejar.kubelet.server.Streams;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/// exec, attach and port-forward: the runtime has a stream server for them; what the peer asked to
/// be upgraded to is passed on to it, byte by byte, whatever protocol it is.
final class NodeStreams {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration RUN_LIMIT = Duration.ofMinutes(2);

  private final PodWorkers workers;
  private final CriClient cri;

  NodeStreams(PodWorkers workers, CriClient cri) {
    this.workers = workers;
    this.cri = cri;
  }

  void serve(Exchange exchange, List<String> path, Query query)
      throws NotServed, IOException, InterruptedException {
    boolean forward = path.getFirst().equals("portForward");
    if (path.size() < (forward ? 3 : 4)) {
      throw NotServed.unknownPath();
    }
    var worker = NodeLogs.find(workers, path.get(1), path.get(2));
    String container = forward ? "" : path.getLast(); // A uid may stand before it.
    switch (path.getFirst()) {
      case "exec" -> pass(exchange, cri.exec(exec(running(worker, container), query)));
      case "attach" -> pass(exchange, cri.attach(attach(worker, container, query)));
      case "run" -> run(exchange, running(worker, container), query);
      default -> pass(exchange, cri.portForward(forward(worker, query)));
    }
  }

  private static SeenContainer running(PodWorker worker, String name) throws NotServed {
    return worker
        .seen()
        .container(name)
        .filter(SeenContainer::running)
        .orElseThrow(() -> new NotServed(404, "container not found (\"" + name + "\")"));
  }

  private static ExecRequest exec(SeenContainer container, Query query) throws NotServed {
    var streams = Streams.of(query, query.is("tty")).any();
    return ExecRequest.newBuilder()
        .setContainerId(container.id())
        .addAllCmd(query.all("command"))
        .setTty(streams.tty())
        .setStdin(streams.stdin())
        .setStdout(streams.stdout())
        .setStderr(streams.stderr())
        .build();
  }

  private static AttachRequest attach(PodWorker worker, String name, Query query) throws NotServed {
    var container = running(worker, name);
    boolean tty = PodFacts.container(worker.pod(), name).filter(Container::tty).isPresent();
    var streams = Streams.of(query, tty);
    return AttachRequest.newBuilder()
        .setContainerId(container.id())
        .setTty(tty)
        .setStdin(streams.stdin())
        .setStdout(streams.stdout())
        .setStderr(streams.stderr())
        .build();
  }

  private static PortForwardRequest forward(PodWorker worker, Query query) throws NotServed {
    var sandbox =
        worker
            .seen()
            .sandbox()
            .filter(SeenSandbox::ready)
            .orElseThrow(() -> new NotServed(404, "pod not found"));
    return PortForwardRequest.newBuilder()
        .setPodSandboxId(sandbox.id())
        .addAllPort(query.ports())
        .build();
  }

  private void run(Exchange exchange, SeenContainer container, Query query)
      throws IOException, InterruptedException {
    var answer =
        cri.execSync(container.id(), List.of(query.first("cmd").split(" ", -1)), RUN_LIMIT);
    exchange.reply(
        200,
        "text/plain; charset=utf-8",
        answer.getStdout().concat(answer.getStderr()).toStringUtf8());
  }

  private static void pass(Exchange exchange, String url)
      throws NotServed, IOException, InterruptedException {
    if (!exchange.isUpgrade()) {
      throw new NotServed(400, "unable to upgrade: missing upgrade headers in request");
    }
    var to = URI.create(url);
    var target =
        UpgradeClient.Target.plain(new InetSocketAddress(to.getHost(), to.getPort()), LIMIT);
    var headers = exchange.headers().without("Host", "Authorization", "Content-Length");
    String query = to.getRawQuery() == null ? "" : "?" + to.getRawQuery();
    var answer =
        UpgradeClient.send(
            target, new UpgradeClient.Request(exchange.method(), to.getRawPath() + query, headers));
    try (var runtime = answer.stream()) {
      if (!answer.upgraded()) {
        exchange.reply(answer.status(), plain(answer.headers()), runtime.input().readAllBytes());
        return;
      }
      try (var peer = exchange.upgrade(answer.headers())) {
        Relay.run(peer, runtime);
      }
    }
  }

  private static Headers plain(Headers headers) {
    return headers.without("Connection", "Upgrade", "Transfer-Encoding", "Content-Length");
  }
}
