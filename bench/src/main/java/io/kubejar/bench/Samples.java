package io.kubejar.bench;

import io.kubejar.api.core.v1.ConfigMap;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import java.util.LinkedHashMap;
import java.util.Map;

/// The objects that are written and read.
final class Samples {
  static final String PAYLOAD = "x".repeat(1024);

  private Samples() {}

  /// A ConfigMap of 1 kB.
  static ConfigMap configMap(String namespace, String name) {
    return ConfigMap.builder()
        .metadata(ObjectMeta.EMPTY.withName(name).withNamespace(namespace))
        .data(Map.of("payload", PAYLOAD))
        .build();
  }

  /// The same one with another value.
  static ConfigMap changed(ConfigMap map, String key, String value) {
    var data = new LinkedHashMap<>(map.data());
    data.put(key, value);
    return map.withData(data);
  }

  /// A configuration to be applied.
  static String applied(String name, long number) {
    return """
    {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"%s"},\
    "data":{"payload":"%s","n":"%d"}}\
    """
        .formatted(name, PAYLOAD, number);
  }
}
