package io.kubejar.apiserver.request;

import java.util.LinkedHashMap;
import java.util.Map;

/// What the stages of a request have to say for the audit log.
public final class AuditAnnotations {
  private static final int ANNOTATIONS_MAX = 1_000;

  private final Map<String, String> values = new LinkedHashMap<>();
  private final Map<String, String> details = new LinkedHashMap<>();

  /// Notes a value once: what was said first stays, and what is beyond the bound is dropped.
  public synchronized void add(String key, String value) {
    if (values.size() < ANNOTATIONS_MAX) {
      values.putIfAbsent(key, value);
    }
  }

  /// Likewise, but only for a log that shows what was written, such as a patch.
  public synchronized void addDetail(String key, String value) {
    if (details.size() < ANNOTATIONS_MAX) {
      details.putIfAbsent(key, value);
    }
  }

  public synchronized Map<String, String> details() {
    return Map.copyOf(details);
  }

  public synchronized Map<String, String> values() {
    return Map.copyOf(values);
  }
}
