package io.kubejar.kubelet.runtime;

import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.LifecycleHandler;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.time.Clock;
import io.kubejar.cri.CriClient;
import io.kubejar.cri.CriException;
import io.kubejar.kubelet.env.ContainerFailure;
import io.kubejar.kubelet.pod.SeenContainer;
import io.kubejar.kubelet.pod.SeenSandbox;
import io.kubejar.kubelet.probe.HttpProbe;
import io.kubejar.kubelet.probe.Waiting;
import java.time.Duration;
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

  /// Runs the hook; a container whose hook fails is ended.
  void postStart(
      Pod pod, Container container, String id, SeenSandbox sandbox, Consumer<String> failed)
      throws ContainerFailure, InterruptedException {
    var lifecycle = container.lifecycle();
    var hook = lifecycle == null ? null : lifecycle.postStart();
    if (hook == null) {
      return;
    }
    String ip = sandbox.ips().isEmpty() ? "127.0.0.1" : sandbox.ips().getFirst();
    try {
      run(container, id, hook, ip, HOOK_LIMIT);
    } catch (HookFailure e) {
      failed.accept("PostStartHook failed: " + e.getMessage());
      cri.stopContainer(id, grace(pod));
      throw new ContainerFailure("PostStartHookError", String.valueOf(e.getMessage()));
    }
  }

  private static Duration grace(Pod pod) {
    var seconds = pod.spec().terminationGracePeriodSeconds();
    return Duration.ofSeconds(seconds == null ? 30 : seconds);
  }

  /// Runs the hook within the grace; answers what is left of it, at least a moment.
  Duration preStop(
      Pod pod, Container container, SeenContainer seen, Duration grace, Consumer<String> failed)
      throws InterruptedException {
    var lifecycle = container.lifecycle();
    var hook = lifecycle == null ? null : lifecycle.preStop();
    if (hook == null) {
      return grace;
    }
    var start = clock.instant();
    try {
      run(container, seen.id(), hook, pod.status().podIP(), grace);
    } catch (HookFailure e) {
      failed.accept("PreStopHook failed: " + e.getMessage());
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

  private void run(Container container, String id, LifecycleHandler hook, String ip, Duration limit)
      throws HookFailure, InterruptedException {
    var exec = hook.exec();
    var http = hook.httpGet();
    var sleep = hook.sleep();
    try {
      if (exec != null) {
        var answer = cri.execSync(id, exec.command(), limit);
        if (answer.getExitCode() != 0) {
          throw new HookFailure(
              "command '"
                  + String.join(" ", exec.command())
                  + "' exited with "
                  + answer.getExitCode()
                  + ": "
                  + answer.getStderr().toStringUtf8());
        }
      } else if (http != null) {
        var result = HttpProbe.get(container, http, ip, limit);
        if (!result.passed()) {
          throw new HookFailure(result.output());
        }
      } else if (sleep != null) {
        var wanted = Duration.ofSeconds(sleep.seconds());
        Waiting.on(clock, wanted.compareTo(limit) < 0 ? wanted : limit);
      }
    } catch (CriException e) {
      throw new HookFailure(String.valueOf(e.getMessage()));
    }
  }
}
