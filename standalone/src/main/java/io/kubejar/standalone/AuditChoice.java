package io.kubejar.standalone;

import io.kubejar.apimachinery.json.JsonFormatException;
import io.kubejar.apiserver.ApiServerOptions;
import io.kubejar.apiserver.ApiServerOptions.Auditing;
import io.kubejar.apiserver.audit.AuditSink;
import io.kubejar.apiserver.audit.Policy;
import io.kubejar.apiserver.configfile.ConfigFileException;
import io.kubejar.apiserver.configfile.FollowedFile;
import java.nio.file.Path;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// What is recorded of requests, and where. The names of the options are those of kube-apiserver;
/// as there, nothing is recorded unless both a policy and a place are named.
final class AuditChoice {
  private static final Logger log = LoggerFactory.getLogger(AuditChoice.class);

  @Option(
      names = "--audit-policy-file",
      paramLabel = "FILE",
      description = "a Policy of audit.k8s.io/v1: which requests are recorded")
  private @Nullable Path policyFile;

  @Mixin private AuditLogChoice file = new AuditLogChoice();
  @Mixin private AuditWebhookChoice webhook = new AuditWebhookChoice();

  void check() {
    file.check();
    webhook.check();
    if (policyFile != null) {
      policy(policyFile);
    }
  }

  ApiServerOptions apply(ApiServerOptions options) {
    boolean somewhere = file.isChosen() || webhook.isChosen();
    if (policyFile == null || !somewhere) {
      if (policyFile != null || somewhere) {
        log.warn("Nothing is audited: it takes --audit-policy-file and a log or a webhook.");
      }
      return options;
    }
    var sinks = new ArrayList<AuditSink>();
    file.sink(options.clock(), options.random()).ifPresent(sinks::add);
    webhook.sink(options.clock(), options.random()).ifPresent(sinks::add);
    var sink = sinks.size() == 1 ? sinks.getFirst() : new AuditSink.Several(sinks);
    return options.withAuditing(new Auditing(policy(policyFile), sink));
  }

  private static Policy policy(Path file) {
    try {
      return Policy.parse(FollowedFile.read(file));
    } catch (ConfigFileException | JsonFormatException unusable) {
      throw CommandFailure.because(
          "failed loading audit policy " + file + ": " + unusable.getMessage());
    }
  }
}
