package io.kubejar.apiserver.defaulting;

import io.kubejar.api.core.v1.ContainerPort;
import io.kubejar.api.core.v1.EnvVar;
import io.kubejar.api.core.v1.HTTPGetAction;
import io.kubejar.api.core.v1.Lifecycle;
import io.kubejar.api.core.v1.LifecycleHandler;
import io.kubejar.api.core.v1.Probe;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The parts of a container.
final class ContainerDefaults {
  private ContainerDefaults() {}

  static List<ContainerPort> ports(List<ContainerPort> ports, boolean hostNetwork) {
    return Mapped.each(
        ports,
        given -> {
          var port = given.protocol().isEmpty() ? given.withProtocol("TCP") : given;
          return hostNetwork && port.hostPort() == 0
              ? port.withHostPort(port.containerPort())
              : port;
        });
  }

  static EnvVar env(EnvVar env) {
    var given = env.valueFrom();
    if (given == null) {
      return env;
    }
    var source = given;
    var field = source.fieldRef();
    if (field != null && field.apiVersion().isEmpty()) {
      source = source.withFieldRef(field.withApiVersion("v1"));
    }
    var file = source.fileKeyRef();
    if (file != null && file.optional() == null) {
      source = source.withFileKeyRef(file.withOptional(false));
    }
    return env.withValueFrom(source);
  }

  static @Nullable Probe probe(@Nullable Probe given) {
    if (given == null) {
      return null;
    }
    var probe = given;
    if (probe.timeoutSeconds() == 0) {
      probe = probe.withTimeoutSeconds(1);
    }
    if (probe.periodSeconds() == 0) {
      probe = probe.withPeriodSeconds(10);
    }
    if (probe.successThreshold() == 0) {
      probe = probe.withSuccessThreshold(1);
    }
    if (probe.failureThreshold() == 0) {
      probe = probe.withFailureThreshold(3);
    }
    var grpc = probe.grpc();
    if (grpc != null && grpc.service() == null) {
      probe = probe.withGrpc(grpc.withService(""));
    }
    return probe.httpGet() == null ? probe : probe.withHttpGet(httpGet(probe.httpGet()));
  }

  static @Nullable Lifecycle lifecycle(@Nullable Lifecycle lifecycle) {
    return lifecycle == null
        ? null
        : lifecycle
            .withPostStart(handler(lifecycle.postStart()))
            .withPreStop(handler(lifecycle.preStop()));
  }

  private static @Nullable LifecycleHandler handler(@Nullable LifecycleHandler handler) {
    return handler == null || handler.httpGet() == null
        ? handler
        : handler.withHttpGet(httpGet(handler.httpGet()));
  }

  private static HTTPGetAction httpGet(HTTPGetAction given) {
    var action = given.path().isEmpty() ? given.withPath("/") : given;
    return action.scheme().isEmpty() ? action.withScheme("HTTP") : action;
  }
}
