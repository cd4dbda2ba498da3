package io.kubejar.kubelet.env;

import io.kubejar.api.core.v1.ConfigMap;
import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.EnvFromSource;
import io.kubejar.api.core.v1.EnvVarSource;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.Secret;
import io.kubejar.api.core.v1.Service;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.Quantity;
import io.kubejar.kubelet.pod.PodFacts;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The environment of a container: its Services, then `envFrom`, then `env`, the later winning.
public final class Environment {
  /// Where values come from.
  public interface Sources {
    Optional<ConfigMap> configMap(ObjectKey key) throws InterruptedException;

    Optional<Secret> secret(ObjectKey key) throws InterruptedException;

    /// The Services of a namespace.
    List<Service> services(String namespace);
  }

  private final Sources sources;
  private final Map<String, Quantity> allocatable;
  private final List<String> hostIps;

  public Environment(Sources sources, Map<String, Quantity> allocatable, List<String> hostIps) {
    this.sources = sources;
    this.allocatable = Map.copyOf(allocatable);
    this.hostIps = List.copyOf(hostIps);
  }

  public Map<String, String> of(Pod pod, Container container, List<String> podIps)
      throws ContainerFailure, InterruptedException {
    var services = new LinkedHashMap<String, String>();
    var master =
        sources.services("default").stream()
            .filter(service -> service.metadata().name().equals("kubernetes"))
            .toList();
    services.putAll(ServiceEnvironment.of(master));
    if (!Boolean.FALSE.equals(pod.spec().enableServiceLinks())) {
      services.putAll(ServiceEnvironment.of(sources.services(pod.metadata().namespace())));
    }
    var own = new LinkedHashMap<String, String>();
    for (var source : container.envFrom()) {
      addAll(pod, source, own);
    }
    for (var variable : container.env()) {
      var from = variable.valueFrom();
      if (from == null) {
        var known = new LinkedHashMap<>(services);
        known.putAll(own);
        own.put(variable.name(), Expansion.expand(variable.value(), known));
      } else {
        var value = value(pod, container, from, podIps);
        value.ifPresent(found -> own.put(variable.name(), found));
      }
    }
    services.putAll(own);
    return services;
  }

  private void addAll(Pod pod, EnvFromSource source, Map<String, String> out)
      throws ContainerFailure, InterruptedException {
    String namespace = pod.metadata().namespace();
    var configMap = source.configMapRef();
    if (configMap != null) {
      var found = sources.configMap(new ObjectKey(namespace, configMap.name()));
      if (found.isEmpty() && !Boolean.TRUE.equals(configMap.optional())) {
        throw missing("configmap", configMap.name());
      }
      found.ifPresent(
          map -> map.data().forEach((key, value) -> out.put(source.prefix() + key, value)));
    }
    var secret = source.secretRef();
    if (secret != null) {
      var found = sources.secret(new ObjectKey(namespace, secret.name()));
      if (found.isEmpty() && !Boolean.TRUE.equals(secret.optional())) {
        throw missing("secret", secret.name());
      }
      found.ifPresent(
          map -> map.data().forEach((key, value) -> out.put(source.prefix() + key, value.utf8())));
    }
  }

  private static ContainerFailure missing(String kind, String name) {
    return ContainerFailure.config(kind + " \"" + name + "\" not found");
  }

  private Optional<String> value(
      Pod pod, Container container, EnvVarSource from, List<String> podIps)
      throws ContainerFailure, InterruptedException {
    try {
      if (from.fieldRef() != null) {
        return Optional.of(DownwardFields.field(pod, from.fieldRef().fieldPath(), podIps, hostIps));
      }
      var resource = from.resourceFieldRef();
      if (resource != null) {
        var of =
            resource.containerName().isEmpty()
                ? container
                : PodFacts.container(pod, resource.containerName()).orElse(container);
        return Optional.of(DownwardFields.resource(of, resource, allocatable));
      }
    } catch (IllegalArgumentException e) {
      throw ContainerFailure.config(String.valueOf(e.getMessage()));
    }
    return fromObject(pod, from);
  }

  private Optional<String> fromObject(Pod pod, EnvVarSource from)
      throws ContainerFailure, InterruptedException {
    String namespace = pod.metadata().namespace();
    var config = from.configMapKeyRef();
    if (config != null) {
      boolean optional = Boolean.TRUE.equals(config.optional());
      var found = sources.configMap(new ObjectKey(namespace, config.name()));
      if (found.isEmpty() && !optional) {
        throw missing("configmap", config.name());
      }
      var value = found.map(map -> map.data().get(config.key()));
      return orMissingKey(
          value, optional, config.key(), "ConfigMap " + namespace + "/" + config.name());
    }
    var secret = from.secretKeyRef();
    if (secret != null) {
      boolean optional = Boolean.TRUE.equals(secret.optional());
      var found = sources.secret(new ObjectKey(namespace, secret.name()));
      if (found.isEmpty() && !optional) {
        throw missing("secret", secret.name());
      }
      var value =
          found
              .flatMap(map -> Optional.ofNullable(map.data().get(secret.key())))
              .map(one -> one.utf8());
      return orMissingKey(
          value, optional, secret.key(), "Secret " + namespace + "/" + secret.name());
    }
    return Optional.empty();
  }

  private static Optional<String> orMissingKey(
      Optional<String> value, boolean optional, String key, String where) throws ContainerFailure {
    if (value.isEmpty() && !optional) {
      throw ContainerFailure.config("couldn't find key " + key + " in " + where);
    }
    return value;
  }
}
