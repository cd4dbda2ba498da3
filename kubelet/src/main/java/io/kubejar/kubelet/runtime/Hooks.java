package io.kubejar.kubelet.runtime;

import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.LifecycleHandler;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.time.Clock;
import io.kubejar.cri.CriClient;
import io.kubejar.cri.CriException;
import io.kubejar.kubelet.pod.PodFacts;
import io.kubejar.kubelet.pod.SeenSandbox;
import io.kubejar.kubelet.probe.HttpProbe;
import io.kubejar.kubelet.probe.Waiting;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// What a container asked to have done after its start and before its end.
final class Hooks {
  private static final Duration GRACE_MIN = Duration.ofSeconds(2);
  private static final Duration HOOK_LIMIT = Duration.ofMinutes(10);

  private final CriClient cri;
  private final Clock clock;

  Hooks(CriClient cri, Clock clock) {
    this.cri = cri;
    this.clock = clock;
  }

  /// Runs the hook of a container that has just started; answers what went wrong, if anything did.
  Optional<String> postStart(Pod pod, Container container, String id, SeenSandbox sandbox)
      throws InterruptedException {
    var lifecycle = container.lifecycle();
    var hook = lifecycle == null ? null : lifecycle.postStart();
    if (hook == null) {
      return Optional.empty();
    }
    String ip = sandbox.ips().isEmpty() ? "127.0.0.1" : sandbox.ips().getFirst();
    try {
      run(new Target(pod, container, id, ip), hook, HOOK_LIMIT);
      return Optional.empty();
    } catch (HookFailure e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /// Runs the hook within the grace; answers what is left of it, at least a moment. What went wrong
  /// is told to `failed`.
  Duration preStop(Pod pod, Container container, String id, Duration grace, Consumer<String> failed)
      throws InterruptedException {
    var lifecycle = container.lifecycle();
    var hook = lifecycle == null ? null : lifecycle.preStop();
    if (hook == null) {
      return grace;
    }
    var start = clock.instant();
    try {
      run(new Target(pod, container, id, pod.status().podIP()), hook, grace);
    } catch (HookFailure e) {
      failed.accept(String.valueOf(e.getMessage()));
    }
    var left = grace.minus(Duration.between(start, clock.instant()));
    return left.compareTo(GRACE_MIN) < 0 ? GRACE_MIN : left;
  }

  private static final class HookFailure extends Exception {
    private static final long serialVersionUID = 1L;

    HookFailure(String message) {
      super(message);
    }
  }

  /// Whose hook it is, as the failures of hooks name it.
  private record Target(Pod pod, Container container, String id, String ip) {
    HookFailure failure(String hook, String error, String output) {
      return new HookFailure(
          "%s for Container \"%s\" in Pod \"%s\" failed - error: %s%s"
              .formatted(hook, container.name(), PodFacts.described(pod), error, output));
    }
  }

  private void run(Target target, LifecycleHandler hook, Duration limit)
      throws HookFailure, InterruptedException {
    var exec = hook.exec();
    var http = hook.httpGet();
    var sleep = hook.sleep();
    if (exec != null) {
      runCommand(target, exec.command(), limit);
    } else if (http != null) {
      var result = HttpProbe.call(target.container(), http, target.ip(), limit);
      if (!result.passed()) {
        throw target.failure("HTTP lifecycle hook (" + http.path() + ")", result.output(), "");
      }
    } else if (sleep != null) {
      var wanted = Duration.ofSeconds(sleep.seconds());
      Waiting.on(clock, wanted.compareTo(limit) < 0 ? wanted : limit);
    }
  }

  private void runCommand(Target target, List<String> command, Duration limit)
      throws HookFailure, InterruptedException {
    String words = String.join(" ", command);
    String error;
    String output = "";
    try {
      var answer = cri.execSync(target.id(), command, limit);
      if (answer.getExitCode() == 0) {
        return;
      }
      String stderr = answer.getStderr().toStringUtf8();
      error = "command '" + words + "' exited with " + answer.getExitCode() + ": " + stderr;
      output = answer.getStdout().toStringUtf8() + stderr;
    } catch (CriException e) {
      error = String.valueOf(e.getMessage());
    }
    throw target.failure(
        "Exec lifecycle hook ([" + words + "])",
        error,
        ", message: " + JsonPrinter.print(new JsonString(output)));
  }
}
