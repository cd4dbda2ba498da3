package io.kubejar.kubelet.probe;

import io.kubejar.api.core.v1.Probe;
import io.kubejar.cri.CriClient;
import io.kubejar.cri.CriException;
import io.kubejar.cri.HealthCheck;
import java.time.Duration;

/// One try of a probe.
final class ProbeRun {
  private static final int OUTPUT_MAX = 10 * 1024;

  private final CriClient cri;
  private final ProbeTarget target;
  private final Probe probe;

  ProbeRun(CriClient cri, ProbeTarget target, Probe probe) {
    this.cri = cri;
    this.target = target;
    this.probe = probe;
  }

  ProbeResult run() throws InterruptedException {
    var limit = Duration.ofSeconds(Math.max(1, probe.timeoutSeconds()));
    var exec = probe.exec();
    var http = probe.httpGet();
    var tcp = probe.tcpSocket();
    var grpc = probe.grpc();
    if (exec != null) {
      return exec(exec.command(), limit);
    }
    if (http != null) {
      return HttpProbe.get(target.container(), http, target.ip(), limit);
    }
    if (tcp != null) {
      String host = tcp.host().isEmpty() ? target.ip() : tcp.host();
      return TcpProbe.connect(host, HttpProbe.port(target.container(), tcp.port()), limit);
    }
    if (grpc != null) {
      String service = grpc.service() == null ? "" : grpc.service();
      String answer = HealthCheck.ask(target.ip(), grpc.port(), service, limit);
      return answer.isEmpty() ? ProbeResult.PASSED : ProbeResult.failed(answer);
    }
    return ProbeResult.PASSED; // A probe without a handler asks nothing.
  }

  private ProbeResult exec(java.util.List<String> command, Duration limit)
      throws InterruptedException {
    try {
      var answer = cri.execSync(target.found().id(), command, limit);
      String output = answer.getStdout().concat(answer.getStderr()).toStringUtf8();
      output = output.length() > OUTPUT_MAX ? output.substring(0, OUTPUT_MAX) : output;
      return new ProbeResult(answer.getExitCode() == 0, output);
    } catch (CriException e) {
      boolean late = e.timedOut() || String.valueOf(e.getMessage()).contains("timed out");
      return ProbeResult.failed(
          late
              ? "command timed out: \""
                  + String.join(" ", command)
                  + "\" timed out after "
                  + limit.toSeconds()
                  + "s"
              : String.valueOf(e.getMessage()));
    }
  }
}
