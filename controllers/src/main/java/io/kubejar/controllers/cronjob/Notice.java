package io.kubejar.controllers.cronjob;

import io.kubejar.api.batch.v1.CronJob;
import io.kubejar.client.EventRecorder;

/// Something that people should know about a CronJob.
record Notice(String type, String reason, String message) {
  static Notice normal(String reason, String message) {
    return new Notice(EventRecorder.NORMAL, reason, message);
  }

  static Notice warning(String reason, String message) {
    return new Notice(EventRecorder.WARNING, reason, message);
  }

  void tell(EventRecorder events, CronJob about) {
    events.event(about, type, reason, message);
  }
}
