package io.kubejar.standalone.conformance;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// Marks the test of one entry of the conformance list. It asserts whatever upstream's test of that
/// name asserts, runs against a shared [ConformanceCluster], and counts as failed if it is skipped.
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Test
@Timeout(60)
@ExtendWith(ConformanceExtension.class)
@interface Conformance {
  /// The entry's codename, without the tag `[Conformance]`.
  String value();
}
