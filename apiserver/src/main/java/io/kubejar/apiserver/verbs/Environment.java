package io.kubejar.apiserver.verbs;

import io.kubejar.apimachinery.time.Clock;
import io.kubejar.apiserver.admission.Admission;
import java.util.random.RandomGenerator;

/// What all verbs of all resources share.
///
/// @param random for names and uids
public record Environment(
    Clock clock, RandomGenerator random, Admission admission, FieldTracking tracking) {}
