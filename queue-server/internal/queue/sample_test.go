package queue_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"loket/assets/catalog"
	"loket/queue-server/internal/queue"
)

// An office that starts with a sample must not meet a catalogue that the program itself refuses.
func TestTheSampleCataloguesAreValid(t *testing.T) {
	for _, name := range catalog.Names() {
		t.Run(name, func(t *testing.T) {
			raw, err := catalog.Sample(name)
			if err != nil {
				t.Fatal(err)
			}
			dec := json.NewDecoder(bytes.NewReader(raw))
			dec.DisallowUnknownFields()
			var c queue.Catalog
			if err := dec.Decode(&c); err != nil {
				t.Fatal(err)
			}
			if err := c.Validate(); err != nil {
				t.Fatal(err)
			}
		})
	}
}
