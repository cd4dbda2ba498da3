package io.kubejar.standalone;

import io.kubejar.apimachinery.format.GoDuration;
import io.kubejar.apiserver.ApiServerOptions;
import picocli.CommandLine.Option;

/// How long events are kept. The name of the option is that of kube-apiserver.
final class EventChoice {
  private static final String NAME = "--event-ttl";

  @Option(
      names = NAME,
      paramLabel = "TIME",
      defaultValue = "1h0m0s",
      description = "how long events are kept, such as 30m (default: 1h)")
  private String kept = "1h0m0s";

  void check() {
    try {
      if (!GoDuration.parse(kept).isPositive()) {
        throw CommandFailure.usage(NAME + " takes a time that is longer than none: " + kept);
      }
    } catch (IllegalArgumentException malformed) {
      throw CommandFailure.usage(NAME + ": " + malformed.getMessage());
    }
  }

  ApiServerOptions apply(ApiServerOptions options) {
    return options.withEventsKept(GoDuration.parse(kept));
  }
}
