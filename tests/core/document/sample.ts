/** The pipeline file of the interface description, without what this version does not support yet. */
export const SAMPLE = `# yaml-language-server: $schema=pipeline.schema.json
name: ntk-study
description: The empirical tangent kernel approaches its limit as width grows
paper: { title: "Neural Tangent Kernel", arxiv: "1806.07572" }

params:                       # -S key=value overrides, --params file.yaml too
  widths: [100, 500]
  inits: 10
profiles:                     # --profile small
  small: { widths: [32, 64], inits: 2 }
  full: { widths: [100, 500, 2000] }

sources:                      # files that come from outside; their content is part of the keys
  photos: { path: data/photos, kind: Directory }

stages:
  circle:
    uses: data/circle         # family/name of a built-in stage, or a path relative to this file
    with: { points: 61 }
  limit:
    uses: ./my-stages/limit.ts
    with: { depth: 4, beta: 0.1 }
    inputs: { points: circle.points }
  empirical:
    uses: ntk/empirical
    matrix:
      width: \${{ params.widths }}
      init: \${{ range(params.inits) }}
    with:
      depth: 4
      beta: 0.1
      width: \${{ matrix.width }}
      seed: \${{ matrix.init }}
    inputs: { points: circle.points }
    retries: 1
    timeout: 10m
    resources: { cpu: 1, memory: 2GiB }
  curves:
    uses: ntk/compare
    with: { title: "\${{ params.inits }} draws of width \${{ join(params.widths, ', ') }}" }
    inputs:
      limit: limit.kernel
      empirical: empirical.*.kernel        # fan-in: an ordered list with its matrix values
      photos: sources.photos
      some: ["empirical@width=0.5,init=3.kernel", limit.kernel]

outputs:                      # copied out after a run, for people and papers
  figures/kernel.svg: curves.figure

expect:                       # the reproduction card: ours beside the paper's
  - metric: curves.growth@width=500
    value: 1.129
    tolerance: { absolute: 0.06 }          # or relative; or atMost / atLeast
    origin: reference                      # paper: printed there · reference: computed independently
    source: "Fig. 1 (plot only)"
    profiles: [default, full]
  - { metric: "empirical@width=500,init=0.loss", atMost: 2, origin: paper }
report:
  figures: [curves.figure]
schedule:
  - { cron: "30 3 * * 1", timeZone: Europe/Berlin, missed: latest, overlap: forbid }
`
