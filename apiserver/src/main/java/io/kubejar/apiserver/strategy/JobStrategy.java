package io.kubejar.apiserver.strategy;

import io.kubejar.api.batch.v1.Job;
import io.kubejar.apimachinery.meta.v1.LabelSelector;
import io.kubejar.apiserver.request.Call;
import java.util.LinkedHashMap;
import java.util.Map;

/// Jobs: they tell their pods apart by the job's uid, unless somebody wants to choose himself.
public final class JobStrategy extends Strategy<Job> {
  private static final String UID_LABEL = "batch.kubernetes.io/controller-uid";
  private static final String NAME_LABEL = "batch.kubernetes.io/job-name";
  private static final String OLD_UID_LABEL = "controller-uid";
  private static final String OLD_NAME_LABEL = "job-name";

  public JobStrategy() {
    super(Job.RESOURCE);
  }

  /// As it was before there was a garbage collector.
  @Override
  public boolean orphansByDefault() {
    return true;
  }

  @Override
  public Job prepareForCreate(Call call, Job job) throws InterruptedException {
    var prepared = super.prepareForCreate(call, job);
    return Boolean.TRUE.equals(job.spec().manualSelector()) ? prepared : withSelector(prepared);
  }

  private static Job withSelector(Job job) {
    var uid = job.metadata().uid();
    var template = job.spec().template();
    var labels = new LinkedHashMap<>(template.metadata().labels());
    labels.putIfAbsent(OLD_UID_LABEL, uid);
    labels.putIfAbsent(OLD_NAME_LABEL, job.metadata().name());
    labels.putIfAbsent(UID_LABEL, uid);
    labels.putIfAbsent(NAME_LABEL, job.metadata().name());
    var selector = job.spec().selector() == null ? LabelSelector.EMPTY : job.spec().selector();
    var matched = new LinkedHashMap<>(selector.matchLabels());
    matched.putIfAbsent(UID_LABEL, uid);
    return job.withSpec(
        job.spec()
            .withSelector(selector.withMatchLabels(Map.copyOf(matched)))
            .withTemplate(template.withMetadata(template.metadata().withLabels(labels))));
  }
}
