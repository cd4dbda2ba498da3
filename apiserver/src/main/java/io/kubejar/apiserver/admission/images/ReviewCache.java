package io.kubejar.apiserver.admission.images;

import io.kubejar.apiserver.admission.images.ImagePolicyWebhook.Review;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Reviews by what was asked. What was not asked for longest goes first.
final class ReviewCache {
  private static final int MOST = 1024;

  private final InstantSource clock;
  private final Map<String, Kept> reviews =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Kept> eldest) {
          return size() > MOST;
        }
      };

  private record Kept(Review review, Instant until) {}

  ReviewCache(InstantSource clock) {
    this.clock = clock;
  }

  synchronized Optional<Review> find(String key) {
    return Optional.ofNullable(reviews.get(key))
        .filter(kept -> kept.until().isAfter(clock.instant()))
        .map(Kept::review);
  }

  synchronized void put(String key, Review review, Duration time) {
    reviews.put(key, new Kept(review, clock.instant().plus(time)));
  }
}
