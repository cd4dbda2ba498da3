package io.kubejar.controllers.services;

import io.kubejar.api.discovery.v1.EndpointSlice;
import io.kubejar.apimachinery.ObjectKey;
import java.util.Optional;

/// How a slice says whose it is.
public final class SliceLabels {
  /// The Service whose endpoints a slice holds.
  public static final String SERVICE_NAME = "kubernetes.io/service-name";

  /// Who keeps the slice.
  public static final String MANAGED_BY = "endpointslice.kubernetes.io/managed-by";

  private static final int NAME_MAX = 253;

  private SliceLabels() {}

  /// The Service that the slice names.
  public static Optional<ObjectKey> service(EndpointSlice slice) {
    return Optional.ofNullable(slice.metadata().labels().get(SERVICE_NAME))
        .filter(name -> !name.isEmpty())
        .map(name -> new ObjectKey(slice.metadata().namespace(), name));
  }

  /// What the names of a Service's slices begin with.
  public static String namePrefix(String service) {
    return service.length() < NAME_MAX ? service + "-" : service;
  }
}
