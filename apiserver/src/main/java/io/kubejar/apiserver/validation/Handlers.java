package io.kubejar.apiserver.validation;

import io.kubejar.api.core.v1.ExecAction;
import io.kubejar.api.core.v1.GRPCAction;
import io.kubejar.api.core.v1.HTTPGetAction;
import io.kubejar.api.core.v1.LifecycleHandler;
import io.kubejar.api.core.v1.Probe;
import io.kubejar.api.core.v1.SleepAction;
import io.kubejar.api.core.v1.TCPSocketAction;
import io.kubejar.apimachinery.IntOrString;
import io.kubejar.apimachinery.format.Formats;
import org.jspecify.annotations.Nullable;

/// Probes and lifecycle hooks: what a container is asked or told to do.
final class Handlers {
  private Handlers() {}

  static void liveness(Check at, @Nullable Probe probe) {
    probe(at, probe);
    if (probe != null && probe.successThreshold() != 1) {
      at.at("successThreshold").invalid(probe.successThreshold(), "must be 1");
    }
  }

  static void readiness(Check at, @Nullable Probe probe) {
    probe(at, probe);
    if (probe != null && probe.terminationGracePeriodSeconds() != null) {
      at.at("terminationGracePeriodSeconds")
          .invalid(probe.terminationGracePeriodSeconds(), "must not be set for readinessProbes");
    }
  }

  private static void probe(Check at, @Nullable Probe probe) {
    if (probe == null) {
      return;
    }
    new One(at)
        .exec(probe.exec())
        .httpGet(probe.httpGet())
        .tcpSocket(probe.tcpSocket())
        .grpc(probe.grpc())
        .required();
    at.at("initialDelaySeconds").nonNegative(probe.initialDelaySeconds());
    at.at("timeoutSeconds").nonNegative(probe.timeoutSeconds());
    at.at("periodSeconds").nonNegative(probe.periodSeconds());
    at.at("successThreshold").nonNegative(probe.successThreshold());
    at.at("failureThreshold").nonNegative(probe.failureThreshold());
    var grace = probe.terminationGracePeriodSeconds();
    if (grace != null && grace <= 0) {
      at.at("terminationGracePeriodSeconds").invalid(grace, "must be greater than 0");
    }
  }

  static void hook(Check at, @Nullable LifecycleHandler hook, @Nullable Long gracePeriod) {
    if (hook != null) {
      new One(at)
          .exec(hook.exec())
          .httpGet(hook.httpGet())
          .tcpSocket(hook.tcpSocket())
          .sleep(hook.sleep(), gracePeriod)
          .required();
    }
  }

  static void portOrName(Check at, IntOrString port) {
    switch (port) {
      case IntOrString.OfInt(int number) -> at.messages(number, Formats.portNumber(number));
      case IntOrString.OfString(var name) -> at.format(name, Formats::portName);
    }
  }

  /// Checks that there is exactly one way to do it.
  private static final class One {
    private final Check at;
    private boolean found;

    One(Check at) {
      this.at = at;
    }

    private boolean isFirst(String field, @Nullable Object handler) {
      if (handler == null) {
        return false;
      }
      if (found) {
        at.at(field).forbidden("may not specify more than 1 handler type");
        return false;
      }
      found = true;
      return true;
    }

    One exec(@Nullable ExecAction exec) {
      if (isFirst("exec", exec) && exec != null) {
        at.at("exec").at("command").nonEmpty(exec.command());
      }
      return this;
    }

    One httpGet(@Nullable HTTPGetAction get) {
      if (isFirst("httpGet", get) && get != null) {
        var http = at.at("httpGet");
        http.at("path").nonEmpty(get.path());
        portOrName(http.at("port"), get.port());
        if (!get.scheme().equals("HTTP") && !get.scheme().equals("HTTPS")) {
          http.at("scheme").notSupported(get.scheme(), "HTTP", "HTTPS");
        }
        for (var header : get.httpHeaders()) {
          http.at("httpHeaders").format(header.name(), Formats::httpHeaderName);
        }
      }
      return this;
    }

    One tcpSocket(@Nullable TCPSocketAction tcp) {
      if (isFirst("tcpSocket", tcp) && tcp != null) {
        portOrName(at.at("tcpSocket").at("port"), tcp.port());
      }
      return this;
    }

    One grpc(@Nullable GRPCAction grpc) {
      if (isFirst("grpc", grpc) && grpc != null) {
        at.at("grpc").at("port").messages(grpc.port(), Formats.portNumber(grpc.port()));
      }
      return this;
    }

    One sleep(@Nullable SleepAction sleep, @Nullable Long grace) {
      if (!isFirst("sleep", sleep) || sleep == null || grace == null) {
        return this;
      }
      if (sleep.seconds() < 0 || sleep.seconds() > grace) {
        at.at("sleep")
            .invalid(
                sleep.seconds(),
                "must be non-negative and less than terminationGracePeriodSeconds (" + grace + ")");
      }
      return this;
    }

    void required() {
      if (!found) {
        at.required("must specify a handler type");
      }
    }
  }
}
